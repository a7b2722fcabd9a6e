"""What is written on any scheme: circuits of gates, sums, division, sort, join.

Lives here: one idea a file. Not here: gates themselves (protocols/), or which operation of a circuit
uses what (kernels/).
"""
