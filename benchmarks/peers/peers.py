"""The other side of benchmarks/peers.mjs: one job for each line on standard input, answered by a line of JSON.

Libraries are loaded when a job needs them, so that the rest runs where one is missing. How many threads BLAS and torch
take is set by OMP_NUM_THREADS and OPENBLAS_NUM_THREADS from outside.
"""

import json
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix


def main():
    jobs = {"als": als, "topk": topk, "ease": ease, "dae": dae}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = jobs[request["job"]](request)
        except ImportError as missing:
            answer = {"missing": str(missing)}
        print(json.dumps(answer), flush=True)


def matrix_of(request):
    starts, columns = (np.fromfile(request[name], dtype=np.int32) for name in ("starts", "columns"))
    return csr_matrix((np.ones(len(columns), np.float32), columns, starts), shape=(request["users"], request["items"]))


def als(request):
    """Seconds of each iteration of implicit's ALS after the first."""
    from implicit import __version__
    from implicit.cpu.als import AlternatingLeastSquares

    seconds, processor = [], [time.process_time()]

    def ended(iteration, elapsed, loss):
        seconds.append(elapsed)
        processor.append(time.process_time())

    model = AlternatingLeastSquares(
        factors=request["factors"],
        regularization=0.02,
        alpha=1.0,
        use_cg=request["solver"] == "cg",
        iterations=request["rounds"] + 1,
        num_threads=request["threads"],
        random_state=1,
    )
    model.fit(matrix_of(request), show_progress=False, callback=ended)
    return {"name": f"implicit {__version__}", "seconds": seconds[1:], "processor": np.diff(processor).tolist()[1:]}


def topk(request):
    """implicit's batch recommend with given factors, what was chosen left out."""
    from implicit import __version__
    from implicit.cpu.als import AlternatingLeastSquares

    size, matrix = request["factors"], matrix_of(request)
    model = AlternatingLeastSquares(factors=size, num_threads=request["threads"])
    model.user_factors = np.fromfile(request["userFactors"], dtype=np.float32).reshape(-1, size)
    model.item_factors = np.fromfile(request["itemFactors"], dtype=np.float32).reshape(-1, size)
    people, seconds, processor = np.arange(request["users"]), [], []
    for _ in range(request["rounds"]):
        started, used = time.perf_counter(), time.process_time()
        items, _ = model.recommend(people, matrix, N=request["k"], filter_already_liked_items=True)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return {"name": f"implicit {__version__}", "seconds": seconds, "processor": processor, "first": items[0].tolist()}


def ease(request):
    """EASE as Steck prints it, in float32."""
    matrix, seconds, processor = matrix_of(request), [], []
    for _ in range(request["rounds"]):
        started, used = time.perf_counter(), time.process_time()
        gram = (matrix.T @ matrix).toarray()
        gram[np.diag_indices_from(gram)] += request["regularization"]
        inverse = np.linalg.inv(gram)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return {"name": f"NumPy {np.__version__}", "seconds": seconds, "processor": processor, "first": weights[0, :5].tolist()}


def dae(request):
    """Epochs of a denoising autoencoder with one hidden layer and softmax over all items, by Adam, in dense batches."""
    import torch
    from torch import nn

    torch.manual_seed(1)
    torch.set_num_threads(request["threads"])
    if request.get("device") == "cuda" and not torch.cuda.is_available():
        return {"missing": "no CUDA here"}
    device = request.get("device", "cpu")
    matrix = matrix_of(request)
    encode = nn.Linear(request["items"], request["factors"]).to(device)
    decode = nn.Linear(request["factors"], request["items"]).to(device)
    optimizer = torch.optim.Adam([*encode.parameters(), *decode.parameters()], lr=request["learningRate"])
    seconds = []
    for _ in range(request["rounds"] + 1):
        started = time.perf_counter()
        order = np.random.default_rng(1).permutation(request["users"])
        for first in range(0, len(order), request["batchSize"]):
            rows = torch.from_numpy(matrix[order[first : first + request["batchSize"]]].toarray()).to(device)
            hidden = nn.functional.dropout(nn.functional.normalize(rows), 0.5)
            scores = decode(torch.tanh(encode(hidden)))
            loss = -(torch.log_softmax(scores, 1) * rows).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - started)
    return {"name": f"PyTorch {torch.__version__}, {device}", "seconds": seconds[1:]}


if __name__ == "__main__":
    main()
