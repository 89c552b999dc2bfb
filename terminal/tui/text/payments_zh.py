"""Chinese texts about payments by code."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.payment_started": "{tender}收款 {amount}: 请顾客确认",
    "notice.payment_taken": "已收{tender} {amount}",
    "notice.payment_declined": "{tender} {amount} 没有付成, 没有扣款: 请换一种付款",
    "notice.payment_not_sent": "付款平台连不上, {tender} {amount} 没有扣款: 请收现金",
    "notice.no_payment_host": "本机不收付款码, {tender} {amount} 没有扣款: 请收现金",
    "notice.payment_reversing": "{tender} {amount} 正在冲正, 请稍候",
    "notice.payment_reversed": "{tender} {amount} 已冲正, 钱没有收: 可以换一种付款",
    "notice.payment_wrong_amount": "{tender}实付 {paid}, 应付 {amount}: 不能收, 正在冲正",
    "notice.payment_unknown": "{tender} {amount} 还不知道付了没有: 别让顾客再付, 正在查询",
    "notice.payment_kept": "付款平台连不上, {tender} {amount} 没有冲正, 仍算已付",
    "notice.payment_found": "{tender} {amount} 没收成又扣了顾客的钱, 正在退还",
    "notice.payment_not_returned": "付款平台没退 {tender} {amount}, 还会再试; 急的话请店长到平台上退",
    "notice.payment_returned": "{tender} {amount} 已退还顾客",
    "notice.payment_cancelling": "正在取消付款: 先查询, 没付就冲正",
    "notice.payment_asking": "再查询一次, 请稍候",
    "notice.payment_open": "收银程序重启过: {tender} {amount} 正在查询, 别让顾客再付",
    "notice.same_code": "还是这个付款码: 不会重复扣款, 请等结果",
    "notice.scan_queued": "已记下, 待处理 {count}",
    "error.payment_undecided": "上一笔付款还没有结果, 不能再收",
    "error.payment_under_way": "正在等付款结果, Esc 取消付款",
    "error.no_way_to_host": "上传程序没有运行, 不能扫码付款: 请收现金",
    "error.queue_full": "待处理的太多了, 等付款有结果再扫",
    "ask.reverse_payment": "冲正{tender} {amount}, 把钱还给顾客?",
    "hint.paying": "(等结果, Esc 取消付款)",
    "key.cancel_payment": "取消付款",
    "payment.pending": "等结果",
    "payment.reversing": "正在冲正",
    "payment.unknown": "不知道付了没有",
    "payment.watched": "没有收成, 再查一次",
    "payment.returning": "正在退还顾客",
    "paying.title": "[等待付款]",
    "paying.pending": "请顾客在手机上确认, 已等 {waited} 秒",
    "paying.reversing": "正在冲正, 已等 {waited} 秒",
    "paying.unknown": "还不知道付了没有, 已等 {waited} 秒: 别让顾客再付, 也别收现金",
    "paying.queued": "待处理 {count}: 付款有结果后自动处理",
    "paying.how": "重复扫同一个付款码不会重复扣款.  Esc 取消付款: 先查询, 没付就冲正",
    "paying.how_unknown": "查到结果会自动继续.  Esc 马上再查一次.  F16 锁屏, 查询不停",
    "status.payments": "待确认付款",
    "status.payment": "{time}  {tender} {amount}  {state}",
    "help.paying": "付款码只会扣一次款. 请等结果, 有结果会自动继续.\n"
    "Esc: 取消付款. 先查询, 已付就收下, 没付就冲正.\n"
    "这时扫的商品和会员卡先记下, 有结果后再处理.\n"
    "不知道付了没有: 别让顾客再付, 也别收现金; 收银机会一直查询.\n"
    "状态页 (F18) 列出还没有结果的付款.",
}
