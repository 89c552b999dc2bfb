// What @medusajs/promotion needs for a basket of a case file: node medusa_peer.mjs FOLDER CASES RUNS
//
// FOLDER has the node_modules. The promotions are in memory, as Medusa's own query returns them, so that its database is
// not measured. Prints {"ms": [of each run], "rules": how many of the case's rules it can express}.

import { createRequire } from "node:module"
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"

const [folder, cases, runs] = process.argv.slice(2)
const load = createRequire(join(resolve(folder), "package.json"))
const { default: Promotions } = load("@medusajs/promotion/dist/services/promotion-module.js")

const basket = JSON.parse(readFileSync(cases, "utf-8")).cases[0]
const promotions = basket.rules.map(promotionOf).filter((one) => one !== null)
const service = Object.create(Promotions.prototype)
service.listActivePromotions_ = async () => promotions
service.baseRepository_ = { getFreshManager: () => ({}) }

function promotionOf(rule) {
  const targets = scopeOf(rule)
  if (rule.type === "nth_off" || rule.type === "n_for_price") {
    return promotion(rule, "buyget", { ...percentage(50), allocation: "each", apply_to_quantity: 1, max_quantity: 1,
      buy_rules_min_quantity: rule.n - 1, buy_rules: targets, target_rules: targets })
  }
  const pay = { line_percent: rule.pay_bp, spend_percent: rule.pay_bp, qty_off: rule.tiers?.[0].pay_bp }[rule.type]
  if (pay !== undefined) {
    return promotion(rule, "standard", { ...percentage((10000 - pay) / 100), allocation: "across", target_rules: targets })
  }
  if (rule.type === "spend_off") {
    const off = rule.off ?? rule.tiers[0].off
    return promotion(rule, "standard", { type: "fixed", value: off / 100, allocation: "across", target_rules: targets })
  }
  return null
}

function percentage(value) {
  return { type: "percentage", value }
}

function scopeOf(rule) {
  const skus = rule.scope?.skus
  return skus ? [{ attribute: "items.sku", operator: "in", values: skus.map((value) => ({ value })) }] : []
}

function promotion(rule, type, method) {
  return { id: rule.id, code: rule.id, is_automatic: false, is_tax_inclusive: true, type, rules: [],
    application_method: { id: rule.id, target_type: "items", buy_rules: [], ...method } }
}

function contextOf() {
  return { currency_code: "cny", items: basket.steps[0].lines.map((line, index) => itemOf(line, `line-${index}`)) }
}

function itemOf(line, id) {
  const price = basket.catalog[line.sku].price / 100
  const total = price * line.qty
  return { id, sku: line.sku, quantity: line.qty, unit_price: price, subtotal: total, original_total: total,
    is_discountable: true, adjustments: [] }
}

const codes = promotions.map((one) => one.code)
const ms = []
for (let run = 0; run < Number(runs); run++) {
  const context = contextOf()
  const start = process.hrtime.bigint()
  const actions = await service.computeActions(codes, context, { prevent_auto_promotions: true })
  ms.push(Number(process.hrtime.bigint() - start) / 1e6)
  if (actions.length === 0) throw new Error("no promotion did anything")
}
console.log(JSON.stringify({ ms, rules: promotions.length }))
