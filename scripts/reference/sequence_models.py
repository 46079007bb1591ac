"""Writes tests/fixtures/sequence-models.json: SASRec's blocks and GRU4Rec's unit in PyTorch, with weights from a formula.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install torch==2.11.0
    /tmp/ref/bin/python scripts/reference/sequence_models.py > tests/fixtures/sequence-models.json
"""
import json, math, torch
from torch import nn, sin
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
items, d, steps = 9, 4, 6
history, following = [1, 8, 1, 0, 5], [8, 1, 0, 5, 2]

def fixed(shape, shift):
    return 0.8 * sin(torch.arange(math.prod(shape)) * 1.7 + shift).reshape(shape)

def report(read):
    item = fixed([items, d], 0).requires_grad_()
    vectors = read(item[history])
    loss = F.cross_entropy(vectors @ item.T + fixed([items], 1), torch.tensor(following))
    loss.backward()
    rounded = lambda x: [round(v, 9) for v in x.flatten().tolist()]
    return {"vectors": rounded(vectors), "loss": round(loss.item(), 9), "gradient": rounded(item.grad)}

def sasrec(x):
    x = x + fixed([steps, d], 2)[-len(history):]
    ahead = torch.ones(len(history), len(history)).triu(1).bool()
    norm = lambda x, shift: F.layer_norm(x, [d], fixed([d], shift), fixed([d], shift + 1))
    for block in range(2):
        w = lambda n: fixed([d, d], 10 * block + n)
        b = lambda n: fixed([d], 10 * block + n)
        heads = nn.MultiheadAttention(d, 1)
        heads.in_proj_weight.data = torch.cat([w(n).T for n in (3, 4, 5)])
        heads.in_proj_bias.data = torch.cat([b(n) for n in (3, 4, 5)])
        heads.out_proj.weight.data, heads.out_proj.bias.data = w(6).T, b(6)
        y = norm(x, 7 + block)
        x = x + heads(y, y, y, attn_mask=ahead)[0]
        x = x + F.relu(norm(x, 9 + block) @ w(7) + b(7)) @ w(8) + b(8)
    return norm(x, 20)

def gru4rec(x):
    unit = nn.GRU(d, d)
    unit.weight_ih_l0.data, unit.bias_ih_l0.data = fixed([d, 3 * d], 3).T, fixed([3 * d], 4)
    unit.weight_hh_l0.data, unit.bias_hh_l0.data = fixed([d, 3 * d], 5).T, fixed([3 * d], 6)
    return unit(x)[0]

print(json.dumps({"script": "scripts/reference/sequence_models.py", "sasrec": report(sasrec), "gru4rec": report(gru4rec)}))
