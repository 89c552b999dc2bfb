"""Chinese texts about tenders that are no cash, and the page of points and coupons."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "notice.tender_taken": "已收{tender} {amount}",
    "notice.points_taken": "已用积分 {points}, 抵扣 {amount}",
    "error.member_card_first": "储值和积分: 请先刷会员卡",
    "error.offline_nothing": "脱机: 现在不能用储值和积分, 请用别的付款",
    "error.offline_value": "脱机时最多用 {limit}, 其余请用别的付款",
    "error.no_stored": "这位会员没有储值",
    "error.stored_insufficient": "储值不够, 最多用 {limit}",
    "error.no_points": "没有可用的积分",
    "error.points_step": "积分要按 {step} 的倍数用",
    "error.points_insufficient": "积分不够, 最多用 {limit}",
    "error.points_over_limit": "本单最多用 {limit} 积分",
    "error.points_how": "输入积分数再按 Enter, 或用上/下选",
    "error.nothing_to_redeem": "这位会员没有可用的积分和优惠券",
    "error.slip_how": "请输入签购单上的参考号: 4 到 20 位数字或字母",
    "error.slip_taken": "这张签购单已经收过了",
    "ask.much_stored": "{who} 用储值 {amount}?",
    "ask.slip_voided": "银行卡 {amount} ({reference}): 已在刷卡机上退回?",
    "hint.slip": "(签购单参考号, Enter)",
    "hint.redeem": "(积分数, 空=选中的, Enter)",
    "key.redeem": "抵扣",
    "key.bank_card": "银行卡",
    "key.stored": "储值",
    "tender.may_pay": "可用",
    "tender.may_points": "积分 {points}",
    "tender.may_stored": "储值 {stored}",
    "prompt.slip": "[银行卡]",
    "prompt.how.slip": "在刷卡机上刷这个金额, 再输入签购单的参考号, Enter; 没刷成按 Esc",
    "page.redeem": "[抵扣 REDEEM]",
    "how.redeem": "[上/下]选   [Enter]用选中的; 已用的优惠券再按是不用   [数字 Enter]用多少积分\n"
    "[扫码]优惠券, 会员卡   [Esc]返回",
    "redeem.rest": "还差 {amount}",
    "redeem.member": "会员 {who}   积分 {points}",
    "redeem.what": "积分和优惠券",
    "redeem.until": "最多/有效至",
    "redeem.state": "说明",
    "redeem.in_sale": "已用",
    "redeem.not_combinable": "不能同用",
    "redeem.no_goods": "没有可用商品",
    "redeem.below_min": "金额未满",
    "redeem.unusable": "不能用",
    "help.redeem": "积分直接付款; 优惠券降低应付, 所以要在收款以前用.\n"
    "Enter 用选中的一行. 输入积分数再按 Enter: 只用这么多积分.\n"
    "优惠券再按一次 Enter 就不用了. 代金券: 在结算页输入金额再按 F8.",
}
