"""A USB printer (class 07/01/02, bidirectional) around any device that takes bytes.

Source: USB Device Class Definition for Printing Devices 1.1: bulk OUT 01h, bulk IN 82h, requests GET_DEVICE_ID (0),
GET_PORT_STATUS (1), SOFT_RESET (2).
"""

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from usbip.core import CLASS, Stall
from usbip.device import In, Out, USBDevice
from usbip.function import Interface

from simulators.cables.gate import Gate
from simulators.cables.usb_device import BUS_OUT, VENDOR_ID, Respond, Setup, Urb
from simulators.device import Action, Device
from simulators.faults import Step

_PRODUCT_ID = 0x9101
_OUT_ENDPOINT, _IN_ENDPOINT = 0x01, 0x82
_DEVICE_ID = b"MFG:Guitai;MDL:SIM POS Printer;CMD:ESC/POS;CLS:PRINTER;"
_JOIN_S = 5.0


@dataclass(slots=True, kw_only=True)
class _Transfer:
    """An OUT transfer that the device has not taken whole; ``limit`` is where a short write ends it."""

    urb: Urb
    respond: Respond
    limit: int
    taken: int = 0


class _PrinterInterface(Interface):  # type: ignore[misc]  # the package has no types
    bInterfaceClass = 0x07  # noqa: N815 - the name on the wire and in the package
    bInterfaceSubClass = 0x01  # noqa: N815 - the package's name
    bInterfaceProtocol = 0x02  # noqa: N815 - the package's name
    sink = Out(_OUT_ENDPOINT, "bulk", mps=64)
    source = In(_IN_ENDPOINT, "bulk", mps=64)

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._device = device
        self.soft_resets = 0

    def on_control(self, setup: Setup, data: bytes = b"") -> bytes:
        """Class requests of printers."""
        del data
        if setup.type != CLASS:
            raise Stall
        match setup.bRequest:
            case 0:
                return (len(_DEVICE_ID) + 2).to_bytes(2, "big") + _DEVICE_ID
            case 1:
                return bytes((self._device.port_status(),))
            case 2:
                self.soft_resets += 1
                return b""
            case _:
                raise Stall


class _PrinterUsbDevice(USBDevice):  # type: ignore[misc]  # the package has no types
    """Leaves OUT transfers to the printer: they end when, and as far as, its device took them."""

    def __init__(self, owner: "UsbPrinter", *, product: str, serial: str) -> None:
        super().__init__(VENDOR_ID, _PRODUCT_ID, product=product, manufacturer="Guitai", serial=serial)
        self._owner = owner

    def handle_urb(self, urb: Urb, respond: Respond) -> object:
        """Keep what is for the printer until it was taken."""
        if urb.ep == _OUT_ENDPOINT and urb.direction == BUS_OUT:
            self._owner.queue(urb, respond)
            return None
        return super().handle_urb(urb, respond)

    def reset_io(self) -> None:
        """A host attached, or configured the device."""
        self._owner.host_came()
        super().reset_io()

    def cancel_urb(self, seqnum: int) -> None:
        """The host gave a transfer up; what was taken of it stays taken."""
        self._owner.cancel(seqnum)
        super().cancel_urb(seqnum)


class UsbPrinter:
    """The USB side of a printer. Short writes, stalls and slow links are those of the device's ``faults``."""

    def __init__(
        self,
        device: Device,
        script: Sequence[Step] = (),
        *,
        cable_actions: Mapping[str, Action] | None = None,
        product: str = "SIM POS Printer",
        serial: str = "PRN1",
    ) -> None:
        self._device = device
        self._gate = Gate(device, script, cable_actions=cable_actions)
        self._interface = _PrinterInterface(device)
        self._usb_device = _PrinterUsbDevice(self, product=product, serial=serial)
        self._usb_device.add(self._interface)
        self._transfers: deque[_Transfer] = deque()
        # Guards the row of transfers only, and is never held while the device is asked anything.
        self._row = threading.Lock()
        self._woken = threading.Event()
        self._forgotten = threading.Event()
        self._attached = False
        self._host_thread = 0
        self._running = False
        self._thread: threading.Thread | None = None

    @property
    def usb_device(self) -> object:
        """The ``usbip.device.USBDevice`` that is served."""
        return self._usb_device

    @property
    def soft_resets(self) -> int:
        """SOFT_RESET requests so far."""
        return self._interface.soft_resets

    def start(self) -> None:
        """Begin to move bytes."""
        self._running = True
        self._device.listen(self._woken.set)
        self._thread = threading.Thread(target=self._run, name="UsbPrinter", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; transfers that wait are dropped."""
        self._device.unlisten(self._woken.set)
        self._running = False
        self._woken.set()
        if self._thread is not None:
            self._thread.join(_JOIN_S)
        self._drop_transfers()

    def host_came(self) -> None:
        """Called in the thread of a host's connection when it attaches or configures the device."""
        self._host_thread = threading.get_ident()
        self._attached = True
        self._drop_transfers()
        # What the device says from now on is for this host: wait until the rest is forgotten.
        self._forgotten.wait(_JOIN_S)

    def host_gone(self) -> None:
        """Called in the thread of a connection at its end: its transfers, and answers not fetched, die with it."""
        if self._host_thread == threading.get_ident():
            self._drop_transfers()

    def unplugged(self) -> None:
        """The cable was pulled: nothing that is on its way arrives."""
        self._attached = False
        self._drop_transfers()

    def queue(self, urb: Urb, respond: Respond) -> None:
        """An OUT transfer came, in the thread of its connection; a host that another has replaced is not heard."""
        short = self._device.faults.take_at_most
        limit = min(len(urb.buffer), short) if short else len(urb.buffer)
        with self._row:
            if self._attached and self._host_thread == threading.get_ident():
                self._transfers.append(_Transfer(urb=urb, respond=respond, limit=limit))
        self._woken.set()

    def cancel(self, seqnum: int) -> None:
        """Drop a transfer that waits."""
        with self._row:
            self._transfers = deque(waiting for waiting in self._transfers if waiting.urb.seqnum != seqnum)

    def _drop_transfers(self) -> None:
        with self._row:
            self._transfers.clear()
        self._forgotten.clear()
        self._woken.set()

    def _run(self) -> None:
        while self._running:
            self._woken.clear()
            if not self._forgotten.is_set():
                self._gate.forget_output()
                self._forgotten.set()
            self._gate.run_script()
            self._move()
            answer = self._gate.due_output()
            if answer:
                self._interface.source.write(answer)
            self._woken.wait(self._gate.wait_s())

    def _move(self) -> None:
        """Give the device what it takes now, and end the transfers that are done."""
        while (transfer := self._first()) is not None:
            count = min(self._gate.allowance(), transfer.limit - transfer.taken)
            if count:
                self._gate.take(transfer.urb.buffer[transfer.taken : transfer.taken + count])
                transfer.taken += count
            elif transfer.taken < transfer.limit:
                return
            if transfer.taken == transfer.limit:
                self._end(transfer)

    def _first(self) -> _Transfer | None:
        with self._row:
            return self._transfers[0] if self._transfers else None

    def _end(self, transfer: _Transfer) -> None:
        with self._row:
            if not self._transfers or self._transfers[0] is not transfer:
                return  # given up by the host in the meantime
            self._transfers.popleft()
        transfer.urb.actual, transfer.urb.status = transfer.taken, 0
        transfer.respond(transfer.urb)
