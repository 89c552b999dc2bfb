"""Chinese texts about goods that want more than a scan."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.batch_needed": "请输入批号: {name}",
    "notice.serial_needed": "请扫或输入序列号: {name}",
    "notice.recalled_goods": "{name} 已停售: {why}",
    "error.recalled": "{name} 已停售, 不能卖: {why}",
    "error.batch_first": "先扫或输入批号, Esc 放弃",
    "error.serial_first": "先扫或输入序列号, Esc 放弃",
    "error.serial_one": "有序列号的商品一件一行, 一次扫一件",
    "error.serial_twice": "序列号 {number} 已经在单里",
    "error.service": "{name} 是服务, 没有库存",
    "ask.deposit_back": "退押金? {name} {pieces} 个, 退 {amount}",
    "hint.batch": "(批号)",
    "hint.serial": "(序列号)",
    "prompt.batch": "[批号]",
    "prompt.serial": "[序列号]",
    "prompt.how.batch": "扫商品上的批号, 或输入后 Enter; Esc 放弃",
    "prompt.how.serial": "扫这一件的序列号, 或输入后 Enter; Esc 放弃",
    "tender.pay_out": "退给顾客 PAY OUT",
    "notice.completed_often": "收款完成 {total}  找零 {change}  ({minutes}分钟内第{count}次抵扣, 已报总部)",
    "notice.returned_often": "已退货 {amount}  付现金 {cash}  ({hours}小时内第{count}次无票, 已报总部)",
    "notice.completed_own_card": "收款完成 {total}  找零 {change}  (收银员本人的会员卡, 已报总部)",
    "price_check.recalled": "已停售: {why}",
}
