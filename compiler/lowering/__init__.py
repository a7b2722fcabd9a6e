"""From the checked tree to the circuit.

Lives here: values and tables as nodes, policies as guards. Not here: what may be written (checking/), and optimising
(passes/).
"""
