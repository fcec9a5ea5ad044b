"""By which name and with which certificate people reach what they open."""

from pathlib import Path

import pytest

from standalone.errors import StandaloneError
from standalone.public_access import access_from_environment
from tests.fakes.certificates import Authority


def test_on_one_machine_all_is_on_the_loopback_address() -> None:
    access = access_from_environment({})
    assert (access.url(8700), access.listen) == ("http://127.0.0.1:8700", "127.0.0.1")
    assert access.arguments("--certificate", "--key") == ()


def test_certificate_and_key_bring_https_and_may_serve_others(tmp_path: Path) -> None:
    pair = str(Authority(tmp_path).issue("mining.example"))
    access = access_from_environment(
        {
            "TASK_MINING_TLS_CERTIFICATE": pair,
            "TASK_MINING_TLS_KEY": pair,
            "TASK_MINING_HOST": "mining.example",
            "TASK_MINING_LISTEN": "0.0.0.0",
        }
    )
    assert access.url(8702) == "https://mining.example:8702"
    assert access.arguments("--ssl-certfile", "--ssl-keyfile") == ("--ssl-certfile", pair, "--ssl-keyfile", pair)


def test_what_would_not_serve_is_said_before_anything_starts(tmp_path: Path) -> None:
    pair, other = (str(Authority(tmp_path, name=name).issue()) for name in ("one", "two"))
    with pytest.raises(StandaloneError, match="TASK_MINING_TLS_KEY is not set"):
        access_from_environment({"TASK_MINING_TLS_CERTIFICATE": pair})
    for key in (other, str(tmp_path / "nowhere.pem")):
        with pytest.raises(StandaloneError, match="that belong together"):
            access_from_environment({"TASK_MINING_TLS_CERTIFICATE": pair, "TASK_MINING_TLS_KEY": key})
    for listen in ("0.0.0.0", "::", "mining.example"):
        with pytest.raises(StandaloneError, match="in the clear"):
            access_from_environment({"TASK_MINING_LISTEN": listen})
