"""Writes a Hugging Face folder as the ONNX file that transformers.js runs, with the exporter of onnxruntime-genai.

    python bench/write_onnx.py FOLDER OUT
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        exporter = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-m", args.folder.name]
        target = ["-i", args.folder, "-o", args.out, "-p", "fp32", "-e", "cpu", "-c", cache]
        subprocess.run([*exporter, *target], check=True, stdout=subprocess.DEVNULL)
    # transformers.js reads the width of an empty cache from the file, where the exporter leaves a name.
    width = json.loads((args.out / "genai_config.json").read_text())["model"]["decoder"]["head_size"]
    file = str(args.out / "model.onnx")
    model = onnx.load(file, load_external_data=False)
    for value in [*model.graph.input, *model.graph.output]:
        if value.name.startswith(("past_key_values.", "present.")):
            value.type.tensor_type.shape.dim[3].dim_value = width
    onnx.save(model, file)


if __name__ == "__main__":
    main()
