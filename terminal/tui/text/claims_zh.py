"""Chinese texts about member value that HQ sets aside."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.asking_hq": "正在问总部",
    "error.value_set_aside": "会员的余额或次卡正由别的收银机预留, 请稍后再试",
    "error.value_changed": "会员的余额刚刚变了, 请重新查会员",
    "error.value_short": "总部那里余额不够, 请重新查会员",
    "error.coupon_taken": "优惠券已在别处使用",
    "error.value_not_allowed": "总部不让用这位会员的余额",
}
