"""English texts about the work of a store beside selling."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.came": "{name} came at {time}",
    "notice.went": "{name} left at {time}",
    "error.came_already": "{name} came at {time} already",
    "error.went_already": "{name} left at {time} already",
    "error.coming_first": "first 1 for coming or 2 for leaving",
    "hint.store": "(a digit picks)",
    "hint.attendance": "(1 coming, 2 leaving)",
    "key.store": "Store",
    "store.attendance": "Attendance: coming and leaving",
    "store.technician": "Technician",
    "page.store": "[STORE]",
    "how.store": "A digit picks; Esc goes back to selling",
    "page.attendance": "[ATTENDANCE]",
    "how.attendance": "First 1 for coming or 2 for leaving, then number and PIN. Esc goes back",
    "attendance.which": "1 coming   2 leaving          {day}",
    "attendance.coming": "Coming: your number and Enter, your PIN and Enter          {day}",
    "attendance.going": "Leaving: your number and Enter, your PIN and Enter          {day}",
    "attendance.time": "Time",
    "attendance.staff": "Number",
    "attendance.name": "Name",
    "attendance.way": "What",
    "attendance.came": "came",
    "attendance.went": "left",
    "help.store": "The store's other work: its digit opens it.\nFinish or hold an open sale first.",
    "help.attendance": "1 coming, 2 leaving; then your number and Enter, your PIN and Enter.\n"
    "F20 on the locked page does it too when nobody is signed in.",
}
