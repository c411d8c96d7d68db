"""Many runs of one job, a row of arguments each: on this machine, or on a cluster's workers."""
