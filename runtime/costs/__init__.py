"""What a run will send, before it runs: formulas of each algorithm and each operation in replicated3.

Lives here: one file of formulas for each file of algorithms or kernels that it foretells, and `predict`. Nothing here
touches a share: a prediction is a function of the circuit, the numbers of rows and the parameters. Not here: time on a
network (the command line's estimate).
"""
