"""Qwen3 in plain PyTorch, small sizes; modules are named so that the state dict is a Hugging Face one.

Shapes: B sequences, T tokens, D hidden size, H query heads, K key/value heads, E head width.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

SIZES = {
    "nano": dict(hidden_size=256, num_hidden_layers=6, num_attention_heads=4, intermediate_size=768),
    "small": dict(hidden_size=384, num_hidden_layers=6, num_attention_heads=6, intermediate_size=1024),
    "smoke": dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=2, intermediate_size=128),
}


def make_config(size: str, vocab_size: int, end_id: int, pad_id: int) -> dict:
    """Returns the contents of config.json, readable by transformers 4 and 5."""
    return dict(
        architectures=["Qwen3ForCausalLM"], model_type="qwen3", vocab_size=vocab_size, **SIZES[size],
        num_key_value_heads=2, head_dim=64, max_position_embeddings=512, rope_theta=10000.0,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, rms_norm_eps=1e-6, hidden_act="silu",
        tie_word_embeddings=True, attention_bias=False, attention_dropout=0.0, use_sliding_window=False,
        sliding_window=None, use_cache=True, initializer_range=0.02, torch_dtype="bfloat16",
        bos_token_id=None, eos_token_id=end_id, pad_token_id=pad_id,
    )  # fmt: skip


class RmsNorm(nn.Module):
    def __init__(self, width: int, eps: float):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x.float()
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + self.eps)
        return (y * self.weight).to(x.dtype)


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    first, second = x.float().chunk(2, -1)
    return (x * cos + torch.cat((-second, first), -1) * sin).to(x.dtype)


class Attention(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        d, e = c["hidden_size"], c["head_dim"]
        h, k = c["num_attention_heads"], c["num_key_value_heads"]
        self.width, self.groups = e, h // k
        self.q_proj, self.o_proj = nn.Linear(d, h * e, bias=False), nn.Linear(h * e, d, bias=False)
        self.k_proj, self.v_proj = nn.Linear(d, k * e, bias=False), nn.Linear(d, k * e, bias=False)
        self.q_norm, self.k_norm = RmsNorm(e, c["rms_norm_eps"]), RmsNorm(e, c["rms_norm_eps"])

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        b, t, _ = x.shape
        q = rotate(self.q_norm(self.q_proj(x).view(b, t, -1, self.width)).transpose(1, 2), cos, sin)
        k = rotate(self.k_norm(self.k_proj(x).view(b, t, -1, self.width)).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(b, t, -1, self.width).transpose(1, 2)
        k, v = k.repeat_interleave(self.groups, 1), v.repeat_interleave(self.groups, 1)
        out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(out.transpose(1, 2).reshape(b, t, -1))


class Mlp(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        d, m = c["hidden_size"], c["intermediate_size"]
        self.gate_proj, self.up_proj = nn.Linear(d, m, bias=False), nn.Linear(d, m, bias=False)
        self.down_proj = nn.Linear(m, d, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.self_attn, self.mlp = Attention(c), Mlp(c)
        self.input_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        self.post_attention_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Trunk(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"]))
        self.norm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])


class Qwen3(nn.Module):
    """Maps token ids [B, T] to hidden states [B, T, D]; logits are hidden states times the tied embedding."""

    def __init__(self, c: dict):
        super().__init__()
        self.config, self.model = c, Trunk(c)
        e = c["head_dim"]
        frequency = c["rope_theta"] ** (-torch.arange(0, e, 2).float() / e)
        turn = torch.outer(torch.arange(c["max_position_embeddings"]).float(), frequency).repeat(1, 2)
        self.register_buffer("cos", turn.cos(), persistent=False)
        self.register_buffer("sin", turn.sin(), persistent=False)
        shallow = 0.02 / math.sqrt(2 * c["num_hidden_layers"])
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                is_residual = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(weight, std=shallow if is_residual else 0.02)

    @property
    def head(self) -> torch.Tensor:
        return self.model.embed_tokens.weight

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.model.embed_tokens(ids)
        if torch.is_autocast_enabled(x.device.type):
            x = x.bfloat16()
        for layer in self.model.layers:
            x = layer(x, self.cos[: ids.shape[1]], self.sin[: ids.shape[1]])
        return self.model.norm(x)


def save(net: Qwen3, folder: Path) -> None:
    """Writes model.safetensors (bf16), config.json and generation_config.json."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().bfloat16().cpu().contiguous() for name, tensor in net.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    generation = dict(
        do_sample=True, temperature=1.0, max_new_tokens=48,
        eos_token_id=net.config["eos_token_id"], pad_token_id=net.config["pad_token_id"],
    )  # fmt: skip
    (folder / "config.json").write_text(json.dumps(net.config, indent=2))
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2))
