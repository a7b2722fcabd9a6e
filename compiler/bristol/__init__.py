"""Files of bit-level circuits: Bristol Fashion and the older Bristol format.

Not here: the circuits themselves (circuit/bits.py), how they are computed on shares (the runtime's bit_circuit.py).
"""
