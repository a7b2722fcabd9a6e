"""A run over the network: the session that the parties agree on, one process per party, and who starts them.

Lives here: session, party, child, launch and what they say to each other. Not here: connections and rounds (wire/).
"""
