"""Knocks at every port of some addresses, from one address of this network, and says which answered and how.

TCP: a packet that asks for a connection to each port, as port scanners send it; who takes it is open, who
refuses it is closed, and a firewall says nothing. UDP: a packet to each port; an answer is open, a refusal by ICMP closed.
It is told {"from": ADDRESS, "to": [ADDRESS...], "last": PORT}, and prints {ADDRESS: {"tcp": {"open": [PORT...],
"closed": N}, "udp": ...}}.
"""

import contextlib
import json
import select
import socket
import struct
import sys
import time

# Packets sent between two looks at what has come back: more would not fit the queues on the way.
BATCH = 200
# A busy computer loses packets, and has programs wait.
ROUNDS = 2
QUIET_SECONDS = 2.0
SYN, RST, SYN_ACK = 0x02, 0x04, 0x12
PORT_UNREACHABLE = (3, 3)
SOURCE_PORT = 61000
# Of Linux, and not among those that Python knows.
SO_RCVBUFFORCE = 33


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def knock(source: str, target: str, port: int) -> bytes:
    """The head of a TCP packet that asks for a connection."""
    pseudo = struct.pack("!4s4sBBH", socket.inet_aton(source), socket.inet_aton(target), 0, socket.IPPROTO_TCP, 20)
    fields = (SOURCE_PORT, port, port, 0, 5 << 4, SYN, 64240)
    head = struct.pack("!HHIIBBH", *fields)
    return head + struct.pack("!HH", checksum(pseudo + head + b"\0\0\0\0"), 0)


class Scan:
    """Both scans of all targets."""

    def __init__(self, source: str, targets: list[str], last: int) -> None:
        self.source = source
        self.targets = targets
        self.ports = range(1, last + 1)
        self.found = {
            target: {kind: {"open": set(), "closed": set()} for kind in ("tcp", "udp")} for target in targets
        }
        self.tcp = self._socket(socket.SOCK_RAW, socket.IPPROTO_TCP)
        self.icmp = self._socket(socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.udp = self._socket(socket.SOCK_DGRAM, 0)

    def _socket(self, kind: int, protocol: int) -> socket.socket:
        made = socket.socket(socket.AF_INET, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 * 1024 * 1024)
        made.bind((self.source, 0))
        return made

    def run(self) -> None:
        """Knocks everywhere, and then once more where nobody has answered."""
        for _ in range(ROUNDS):
            self._knock_at_all()

    def _knock_at_all(self) -> None:
        for start in range(0, len(self.ports), BATCH):
            for port in self.ports[start : start + BATCH]:
                for target in self.targets:
                    if not self._has_answered(target, "tcp", port):
                        self._send(self.tcp, knock(self.source, target, port), (target, 0))
                    if not self._has_answered(target, "udp", port):
                        self._send(self.udp, b"\r\n", (target, port))
            self._listen(0)
        end = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < end:
            if self._listen(0.1):
                end = time.monotonic() + QUIET_SECONDS

    def _has_answered(self, target: str, kind: str, port: int) -> bool:
        return any(port in ports for ports in self.found[target][kind].values())

    @staticmethod
    def _send(by: socket.socket, packet: bytes, to: tuple[str, int]) -> None:
        # The cloud's firewalls are rules of the network the visitor is in: what they drop, its kernel calls forbidden.
        with contextlib.suppress(PermissionError):
            by.sendto(packet, to)

    def _listen(self, seconds: float) -> bool:
        heard = False
        while ready := select.select([self.tcp, self.icmp, self.udp], [], [], seconds)[0]:
            for one in ready:
                packet, (address, port) = one.recvfrom(65535)
                if address not in self.found:
                    continue
                heard = True
                if one is self.udp:
                    self.found[address]["udp"]["open"].add(port)
                elif one is self.tcp:
                    self._tcp_answer(address, packet)
                else:
                    self._refusal(address, packet)
        return heard

    def _tcp_answer(self, address: str, packet: bytes) -> None:
        head = packet[(packet[0] & 15) * 4 :]
        port, to = struct.unpack("!HH", head[:4])
        flags = head[13]
        if to != SOURCE_PORT:
            return
        if flags & SYN_ACK == SYN_ACK:
            self.found[address]["tcp"]["open"].add(port)
        elif flags & RST:
            self.found[address]["tcp"]["closed"].add(port)

    def _refusal(self, address: str, packet: bytes) -> None:
        """ICMP carries the packet that is refused behind its own head of eight bytes."""
        message = packet[(packet[0] & 15) * 4 :]
        if (message[0], message[1]) != PORT_UNREACHABLE:
            return
        refused = message[8:]
        inner = refused[(refused[0] & 15) * 4 :]
        kind = "udp" if refused[9] == socket.IPPROTO_UDP else "tcp"
        self.found[address][kind]["closed"].add(struct.unpack("!H", inner[2:4])[0])


def main() -> None:
    told = json.load(sys.stdin)
    scan = Scan(told["from"], told["to"], told["last"])
    scan.run()
    said = {
        target: {
            kind: {"open": sorted(ports["open"]), "closed": len(ports["closed"])} for kind, ports in kinds.items()
        }
        for target, kinds in scan.found.items()
    }
    print(json.dumps(said))


main()
