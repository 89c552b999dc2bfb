"""Chinese texts about the work of a store beside selling."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.came": "{name} 上班 {time}",
    "notice.went": "{name} 下班 {time}",
    "error.came_already": "{name} {time} 已经上班",
    "error.went_already": "{name} {time} 已经下班",
    "error.coming_first": "先选 1 上班 或 2 下班",
    "hint.store": "(数字选)",
    "hint.attendance": "(1 上班, 2 下班)",
    "key.store": "门店",
    "store.attendance": "考勤  上班, 下班",
    "store.technician": "技术员",
    "page.store": "[门店 STORE]",
    "how.store": "数字选, Esc 返回收银",
    "page.attendance": "[考勤 ATTENDANCE]",
    "how.attendance": "先选 1 上班 或 2 下班, 再输入工号和密码. Esc 返回",
    "attendance.which": "1 上班   2 下班          {day}",
    "attendance.coming": "上班: 输入工号, Enter, 密码, Enter          {day}",
    "attendance.going": "下班: 输入工号, Enter, 密码, Enter          {day}",
    "attendance.time": "时间",
    "attendance.staff": "工号",
    "attendance.name": "姓名",
    "attendance.way": "考勤",
    "attendance.came": "上班",
    "attendance.went": "下班",
    "help.store": "门店的工作: 按前面的数字打开.\n有没完成的单时, 先收款或挂单.",
    "help.attendance": "1 上班, 2 下班; 再输入工号, Enter, 密码, Enter.\n没有人上岗时, 锁屏上按 F20 也能考勤.",
}
