import Pool
