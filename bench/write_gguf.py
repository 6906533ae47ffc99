"""Writes a Hugging Face folder (Qwen3 or Llama) as one GGUF file, for llama.cpp.

    python bench/write_gguf.py FOLDER OUT.gguf --type f16|f32

Norms stay float32. Llama's query and key rows are put into the order of llama.cpp's rotation, which turns neighbours
(2i, 2i + 1) where transformers turns the halves (i, i + headDim / 2).
"""

import argparse
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from safetensors.torch import load_file

LAYER_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
OUTER_NAMES = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def gguf_name(name: str) -> str:
    stem = name.removesuffix(".weight")
    if stem in OUTER_NAMES:
        return OUTER_NAMES[stem] + ".weight"
    layer, inner = stem.removeprefix("model.layers.").split(".", 1)
    return f"blk.{layer}.{LAYER_NAMES[inner]}.weight"


def interleave_halves(matrix: np.ndarray, heads: int) -> np.ndarray:
    rows, columns = matrix.shape
    return matrix.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def add_vocabulary(writer: gguf.GGUFWriter, folder: Path, vocab_size: int, eos: int) -> None:
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    texts = {index: text for text, index in tokenizer["model"]["vocab"].items()}
    special = {token["id"]: token["content"] for token in tokenizer.get("added_tokens", [])}
    tokens, types = [], []
    for index in range(vocab_size):
        tokens.append(special.get(index) or texts.get(index) or f"[unused{index}]")
        kind = gguf.TokenType.NORMAL if index in texts else gguf.TokenType.UNUSED
        types.append(gguf.TokenType.CONTROL if index in special else kind)
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(eos)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--type", choices=["f16", "f32"], default="f16")
    args = parser.parse_args()
    config = json.loads((args.folder / "config.json").read_text())
    kind = config["model_type"]
    if kind not in ("qwen3", "llama"):
        raise SystemExit(f"cannot write {kind} as GGUF; give a Qwen3 or Llama folder")
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    head_dim = config.get("head_dim") or config["hidden_size"] // heads

    writer = gguf.GGUFWriter(args.out, kind)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_key_length(head_dim)
    writer.add_value_length(head_dim)
    writer.add_rope_dimension_count(head_dim)
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    is_half = args.type == "f16"
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16 if is_half else gguf.LlamaFileType.ALL_F32)
    add_vocabulary(writer, args.folder, config["vocab_size"], config["eos_token_id"])
    for name, tensor in load_file(args.folder / "model.safetensors").items():
        data = tensor.to(torch.float32).numpy()
        if kind == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
            data = interleave_halves(data, heads if "q_proj" in name else kv_heads)
        writer.add_tensor(gguf_name(name), np.ascontiguousarray(data.astype(np.float16) if is_half and data.ndim == 2 else data))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
