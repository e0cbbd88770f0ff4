import KMem
