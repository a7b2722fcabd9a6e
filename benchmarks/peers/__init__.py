"""The same workloads in other systems. Each script runs in an environment in which its system is installed."""
