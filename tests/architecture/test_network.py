"""No test reaches the network, and every test reaches this machine."""

import socket
import urllib.request

import pytest
from pytest_socket import SocketConnectBlockedError

ELSEWHERE = "192.0.2.1"  # an address set aside for documentation: nobody answers there


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_connection_to_another_machine_is_refused():
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection((ELSEWHERE, 80), timeout=1)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_download_from_another_machine_is_refused():
    with pytest.raises(SocketConnectBlockedError):
        urllib.request.urlopen(f"http://{ELSEWHERE}/", timeout=1)


def test_connection_to_this_machine_is_allowed():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()
