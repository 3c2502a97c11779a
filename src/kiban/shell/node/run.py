"""Starting a node or the core: open everything, confine the process, then serve."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from kiban.exchange.errors import NotConfined
from kiban.shell.node.app import node_app
from kiban.shell.node.asgi import App
from kiban.shell.node.base import Base
from kiban.shell.node.config import Common, CoreConfig, NodeConfig, load_config
from kiban.shell.node.confine import confine
from kiban.shell.node.core import open_core
from kiban.shell.node.node import open_node


def run_node(path: Path) -> int:
    """Serve an agency's node until it is stopped."""
    path = path.resolve()
    config = load_config(path, NodeConfig)
    shut(config, path, readable=[])
    node = open_node(path)
    return _serve(node_app(node), config, base=node.base)


def run_core(path: Path) -> int:
    """Serve the core until it is stopped."""
    path = path.resolve()
    config = load_config(path, CoreConfig)
    readable = [(path.parent / config.trust).resolve()] if config.trust else []
    shut(config, path, readable=readable)
    process = open_core(path)
    return _serve(process.app(), config, base=process.base)


def shut(config: Common, path: Path, *, readable: list[Path]) -> None:
    """Confine this process to its own folder, as its configuration asks.

    Raises:
        NotConfined: it must be, and the kernel cannot.
    """
    os.umask(0o077)
    path.parent.chmod(0o700)
    if config.confine == "no":
        return
    import uvicorn
    import uvicorn.lifespan.on
    import uvicorn.loops.uvloop
    import uvicorn.protocols.http.httptools_impl  # noqa: F401 loaded before confinement

    done = confine([path.parent], readable=readable)
    if not done and config.confine == "yes":
        raise NotConfined("this kernel has no Landlock", remedy="set confine: if-possible, and separate users")
    _CONFINED.append(done)


_CONFINED: list[bool] = []


def _serve(app: App, config: Common, *, base: Base) -> int:
    import uvicorn

    base.confined = any(_CONFINED)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = uvicorn.Config(
        app,
        host=config.host,
        port=config.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(settings)
    server.run()
    return 0 if server.started else 1
