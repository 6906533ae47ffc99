"""Holds the table of flags, and the arguments of a plan, against the parsers of slime and Megatron themselves.

No GPU and no package is needed: their sources are read, and all that they import is replaced by stand-ins.

  python3 check-slime-flags.py SLIME MEGATRON [--sglang SGLANG] [--args FILE]

SLIME is a checkout of slime, MEGATRON one of Megatron-LM with slime's docker/patch/latest/megatron*.patch applied, both
at the commits that slime-flags.json names. SGLANG is the folder that holds the package sglang, e.g. its unpacked wheel, in
the version of the image: its own parser then checks the flags that slime passes on to it. FILE is the JSON of a plan (training-gym tutorial --compute modal --dry-run
--json FILE), or of a list of arguments; it is parsed, and goes through slime's own validation. Exits with 1 on a difference.
Flags of the router (--router-...) are not checked: they come from a package of its own.
"""

import argparse
import ast
import enum
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
import types

# Read for real, since options are made of their fields; everything else of megatron.core is a stand-in.
REAL_CORE = {
    f"megatron.core.{name}"
    for name in ("transformer.transformer_config", "model_parallel_config", "transformer.enums", "enums")
}
# Read for real where SGLang is given: its arguments are the fields of a dataclass.
REAL_SGLANG = {
    f"sglang.srt.{name}"
    for name in ("server_args", "arg_groups.arg_utils", "arg_groups.argparse_actions", "model_executor.cuda_graph_config",
                 "parser.reasoning_parser", "function_call.function_call_parser")
}
STAND_IN = ("megatron.core", "megatron.rl", "megatron.training.utils", "megatron.training.tokenizer",
            "slime.utils.accelerator", "slime.backends.megatron_utils", "slime.utils.external_utils")
# Taken before the main parser runs, or only by SGLang's.
PARSED_ELSEWHERE = {"--debug-rollout-only", "--debug-train-only", "--load-debug-rollout-data", "--prefill-num-servers",
                    "--sglang-config"}


def stand_in(name):
    """A class that can be called, subscripted, inherited from and used as a decorator, with any attribute."""

    class Meta(type):
        def __getattr__(cls, key):
            if key.startswith("__"):
                raise AttributeError(key)
            return stand_in(f"{name}.{key}")

        def __call__(cls, *args, **kwargs):
            decorates = len(args) == 1 and callable(args[0]) and not kwargs and type(args[0]).__name__ != "Meta"
            return args[0] if decorates else type.__call__(cls)

        def __or__(cls, other):
            return cls

        __ror__ = __or__

        def __add__(cls, other):
            return cls

        def __iter__(cls):
            return iter(())

        def __getitem__(cls, key):
            return cls

        def __gt__(cls, other):
            return True

        __ge__ = __gt__

        def __lt__(cls, other):
            return False

    def call(self, *args, **kwargs):
        return args[0] if len(args) == 1 and callable(args[0]) else self

    return Meta(name.rsplit(".", 1)[-1], (), {"__call__": call, "__init__": lambda self, *args, **kwargs: None})


class StandInModule(types.ModuleType):
    __path__ = []

    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        return stand_in(f"{self.__name__}.{key}")


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, megatron, sglang):
        self.megatron = megatron
        self.sglang = sglang

    def find_spec(self, name, path, target=None):
        real = self.megatron if name in REAL_CORE else self.sglang if name in REAL_SGLANG else None
        if real is not None:
            file = os.path.join(real, *name.split(".")) + ".py"
            return importlib.util.spec_from_file_location(name, file)
        known = name.split(".")[0] in {"slime", "megatron", *sys.stdlib_module_names}
        if known and not name.startswith(STAND_IN):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return StandInModule(spec.name)

    def exec_module(self, module):
        pass


def load(slime, megatron, sglang):
    """Imports both modules of arguments, with stand-ins for what they need."""
    sys.path[:0] = [slime, megatron]
    sys.meta_path.insert(0, Finder(megatron, sglang))
    package = types.ModuleType("megatron.training")
    package.__path__ = [os.path.join(megatron, "megatron", "training")]
    sys.modules["megatron.training"] = package

    import megatron.core.dist_checkpointing.validation as validation
    import megatron.core.transformer as transformer

    # Its members are the choices of a flag.
    with open(os.path.join(megatron, "megatron/core/dist_checkpointing/validation.py")) as file:
        nodes = [node for node in ast.parse(file.read()).body if getattr(node, "name", None) == "StrictHandling"]
    found = {"Enum": enum.Enum}
    exec(compile(ast.Module(nodes, []), "validation.py", "exec"), found)
    validation.StrictHandling = found["StrictHandling"]

    from megatron.core.transformer.transformer_config import MLATransformerConfig, TransformerConfig

    transformer.TransformerConfig = TransformerConfig
    transformer.MLATransformerConfig = MLATransformerConfig
    from megatron.training import arguments as megatron_arguments
    from slime.utils import arguments as slime_arguments

    return megatron_arguments, slime_arguments


def listed(choices):
    return sorted(choices) if isinstance(choices, set) else choices or []


# What functions that read a value make of its text.
KINDS = {"loads": "json", "human_readable_int": "int", "nullable_str": "str"}


def facts(action):
    kind = getattr(action.type, "__name__", None)
    choices = [getattr(choice, "name", choice) if isinstance(choice, enum.Enum) else choice for choice in listed(action.choices)]
    return {
        "arity": 1 if action.nargs in (None, "?") else action.nargs,
        "type": KINDS.get(kind, kind if kind in ("int", "float", "str") else None),
        "choices": choices or None,
    }


def sglang_actions():
    """The flags of SGLang by the names that slime gives them. Those that SGLang calls old are left out."""
    from slime.backends.sglang_utils.arguments import add_sglang_arguments

    parser = argparse.ArgumentParser(allow_abbrev=False)
    add_sglang_arguments(parser)
    return [action for action in parser._actions if action.option_strings[0].startswith("--sglang-")]


def differences(parser, table, sglang):
    actions = {name: action for action in parser._actions for name in action.option_strings}
    for name, action in actions.items():
        # Megatron spells two flags a second time with an underscore in the middle.
        if name.startswith("--") and name != "--help" and "_" not in name and name not in table:
            yield f"{name} is missing in the table"
        if name in table:
            stated = {key: table[name].get(key) for key in ("arity", "type", "choices")}
            if stated != facts(action):
                yield f"{name} is {facts(action)}, the table says {stated}"
    known = {name: action for action in sglang for name in action.option_strings}
    for action in sglang:
        # Other names of the same flag, and old ones, are known where the table has them.
        is_old = type(action).__name__.startswith("Deprecated")
        if not is_old and not any(name in table for name in action.option_strings):
            yield f"{action.option_strings[0]} is missing in the table"
    for name, action in known.items():
        if name in table:
            stated = {key: table[name].get(key) for key in ("arity", "type", "choices")}
            if stated != facts(action):
                yield f"{name} is {facts(action)}, the table says {stated}"
    for name, flag in table.items():
        elsewhere = name in PARSED_ELSEWHERE or name.startswith("--router-") or not sglang and name.startswith("--sglang-")
        if name not in actions and name not in known and not elsewhere:
            yield f"{name} is no flag of {flag['origin']}"


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("slime")
    options.add_argument("megatron")
    options.add_argument("--sglang")
    options.add_argument("--args")
    given = options.parse_args()
    megatron_arguments, slime_arguments = load(*(path and os.path.abspath(path) for path in (given.slime, given.megatron, given.sglang)))
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser = megatron_arguments.add_megatron_arguments(parser)
    parser = slime_arguments.get_slime_extra_args_provider()(parser)

    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "slime-flags.json")) as file:
        table = {flag["flag"]: flag for flag in json.load(file)["flags"]}
    problems = list(differences(parser, table, sglang_actions() if given.sglang else []))
    print(f"{len(table)} flags in the table, {len(problems)} differ from the parser")

    if given.args is not None:
        with open(given.args) as file:
            plan = json.load(file)
        args, unknown = parser.parse_known_args(plan["args"] if isinstance(plan, dict) else plan)
        passed_on = [word for word in unknown if word.startswith("--sglang-")]
        strange = [word for word in unknown if word.startswith("--") and word not in passed_on]
        problems += [f"{word} is unknown to slime and Megatron" for word in strange]
        for name in ("debug_rollout_only", "debug_train_only", "load_debug_rollout_data"):
            setattr(args, name, None)
        args.train_backend = "megatron"
        slime_arguments.slime_validate_args(args)
        print(f"arguments accepted, passed on to SGLang: {' '.join(passed_on) or 'none'}")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
