"""Chinese texts about the till's own key."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "status.key": "密钥不能用 ({reason}): 小票上没有签名, Z 报表也没有; 请技术员处理",
    "detail.key_missing": "文件不见了",
    "detail.key_unreadable": "读不出来",
    "detail.key_damaged": "文件坏了",
    "detail.key_open": "别人也能读",
}
