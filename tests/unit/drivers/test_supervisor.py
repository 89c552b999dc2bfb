import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from structlog.testing import capture_logs

from terminal.domain.errors import DeviceAbsentError, DeviceBusyError, DeviceError
from terminal.drivers.supervisor import Driver, Face, Report, Supervisor
from terminal.ports.devices import DeviceEvent, DeviceKind, DeviceState, DeviceStatus, LinkState

OPENING, ABSENT, OPEN, FAILED = LinkState.OPENING, LinkState.ABSENT, LinkState.OPEN, LinkState.FAILED


class Device:
    """A driver whose cable is a row of what each opening does."""

    def __init__(self, *openings: DeviceError | Exception | None, path: str | None = None) -> None:
        self.faces = (Face(name="printer", kind=DeviceKind.PRINTER), Face(name="till", kind=DeviceKind.DRAWER))
        self.path = path
        self.thread: Executor = ThreadPoolExecutor(max_workers=1)
        self._openings = list(openings)
        self.opened = 0
        self.closed = 0
        self.reports: list[Report] = []
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def open(self) -> None:
        self.opened += 1
        error = self._openings.pop(0) if self._openings else None
        if error is not None:
            raise error

    def close(self) -> None:
        self.closed += 1

    async def serve(self, report: Report) -> None:
        self.reports.append(report)
        await asyncio.shield(self.lost)


class Run:
    """A supervisor at work, its pauses, and what it told."""

    def __init__(self, driver: Driver) -> None:
        self.pauses: list[float] = []
        self.told: list[DeviceStatus] = []
        self._changed = asyncio.Event()
        self.supervisor = Supervisor(driver, sink=self._take, pause=self._pause)

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not reached():
                self._changed.clear()
                await self._changed.wait()

    def links(self) -> list[tuple[LinkState, str]]:
        return [(status.link, status.detail) for status in self.told if status.kind is DeviceKind.PRINTER]

    def _take(self, event: DeviceEvent) -> None:
        if isinstance(event, DeviceStatus):
            self.told.append(event)
            self._changed.set()

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._changed.set()
        await asyncio.sleep(0)


@asynccontextmanager
async def running(device: Device) -> AsyncIterator[Run]:
    run = Run(device)
    task = asyncio.create_task(run.supervisor.run())
    try:
        yield run
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        device.thread.shutdown()


async def test_device_that_is_there_is_opening_then_open_on_all_its_faces() -> None:
    async with running(Device()) as run:
        await run.until(lambda: len(run.told) == 4)
    assert [(status.name, status.link, status.state) for status in run.told] == [
        ("printer", OPENING, DeviceState.CLOSED),
        ("till", OPENING, DeviceState.CLOSED),
        ("printer", OPEN, DeviceState.IDLE),
        ("till", OPEN, DeviceState.IDLE),
    ]


async def test_absent_device_is_told_once_and_tried_with_growing_pauses_up_to_5_s() -> None:
    device = Device(*[DeviceAbsentError() for _ in range(8)])
    async with running(device) as run:
        await run.until(lambda: (OPEN, "") in run.links())
    assert run.links() == [(OPENING, ""), (ABSENT, "device_absent"), (OPEN, "")]
    assert device.opened == 9
    # 0.25, 0.5, 1, 2, 4, 5, 5, 5 s in looks of at most 0.25 s
    assert (sum(run.pauses), max(run.pauses)) == (0.25 + 0.5 + 1 + 2 + 4 + 5 + 5 + 5, 0.25)


async def test_device_of_another_process_is_failed_with_the_reason() -> None:
    async with running(Device(DeviceBusyError())) as run:
        await run.until(lambda: (OPEN, "") in run.links())
    assert run.links() == [(OPENING, ""), (FAILED, "device_busy"), (OPEN, "")]


async def test_lost_device_is_closed_told_and_opened_again() -> None:
    device = Device()
    async with running(device) as run:
        await run.until(lambda: (OPEN, "") in run.links())
        device.lost.set_exception(DeviceAbsentError())
        await run.until(lambda: (ABSENT, "device_absent") in run.links())
        device.lost = asyncio.get_running_loop().create_future()
        await run.until(lambda: run.links().count((OPEN, "")) == 2)
        closed = device.closed
    assert (device.opened, closed, device.closed) == (2, 1, 2)


async def test_defect_of_a_driver_is_logged_shown_and_tried_again() -> None:
    with capture_logs() as logs:
        async with running(Device(ZeroDivisionError("defect"))) as run:
            await run.until(lambda: (OPEN, "") in run.links())
    assert run.links() == [(OPENING, ""), (FAILED, "driver_failed"), (OPEN, "")]
    assert [(entry["event"], entry["device"], entry["exc_info"]) for entry in logs] == [
        ("driver_failed", "printer", True)
    ]


async def test_states_that_a_driver_reports_reach_their_face_only_and_once() -> None:
    device = Device()
    async with running(device) as run:
        await run.until(lambda: len(run.told) == 4)
        for _ in range(2):
            device.reports[0](DeviceKind.DRAWER, DeviceState.IDLE, "open")
    assert [(status.name, status.state, status.detail) for status in run.told[4:]] == [
        ("till", DeviceState.IDLE, "open")
    ]


async def test_file_that_appears_ends_the_pause(tmp_path: Path) -> None:
    path = tmp_path / "device"
    device = Device(*[DeviceAbsentError() for _ in range(6)], path=str(path))
    async with running(device) as run:
        await run.until(lambda: device.opened == 6)
        path.write_bytes(b"")
        pauses = len(run.pauses)
        await run.until(lambda: (OPEN, "") in run.links())
    assert len(run.pauses) - pauses < 40  # of 5 s in looks of 0.25 s twice, one look was enough


async def test_file_that_goes_or_is_replaced_ends_the_service(tmp_path: Path) -> None:
    path = tmp_path / "device"
    path.write_bytes(b"")
    device = Device(path=str(path))
    async with running(device) as run:
        await run.until(lambda: (OPEN, "") in run.links())
        path.unlink()
        await run.until(lambda: (ABSENT, "device_absent") in run.links())
        closed = device.closed
    assert closed >= 1
