"""How long lifetimes 0.11.3 takes to fit BG/NBD to lines "x,t_x,T"; only the fit is timed.

    python lifetimes_speed.py summary.csv
"""
import json
import sys
import time
import numpy as np
from lifetimes import BetaGeoFitter

x, tx, T = np.loadtxt(sys.argv[1], delimiter=",").T
started = time.perf_counter()
fitter = BetaGeoFitter().fit(x, tx, T)
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "parameters": [float(v) for v in fitter.params_], "logLikelihood": float(-fitter._negative_log_likelihood_ * len(x))}))
