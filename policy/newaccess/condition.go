package newaccess

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// quantifier says how a predicate reads a condition key.
type quantifier string

const (
	single   quantifier = ""
	anyOf    quantifier = "ForAnyValue"
	allOf    quantifier = "ForAllValues"
	presence quantifier = "Null"
)

// domain is what the values of a predicate are.
type domain string

const (
	texts     domain = "texts"
	truths    domain = "truths"
	numbers   domain = "numbers"
	addresses domain = "addresses"
	// opaque predicates cannot be looked into; two of them are equal or unrelated.
	opaque domain = "opaque"
)

// predicate is one demand of a statement: on its principal, its resource or one condition key.
type predicate struct {
	// dimension is what the demand is on. Demands on different dimensions are independent.
	dimension string
	// id is equal for predicates of equal meaning.
	id         string
	domain     domain
	quantifier quantifier
	// missing is the outcome when the request lacks the key; negated predicates hold for values that do not match.
	missing, negated bool
	language         *language
	limits           []limit
	prefixes         []netip.Prefix
}

// limit is a comparison with a number or a time.
type limit struct {
	operator string
	value    float64
}

func (l limit) holds(v float64) bool {
	switch l.operator {
	case "LessThan":
		return v < l.value
	case "LessThanEquals":
		return v <= l.value
	case "GreaterThan":
		return v > l.value
	case "GreaterThanEquals":
		return v >= l.value
	}
	return v == l.value
}

// matches tells for numbers, addresses and truths whether a value satisfies the predicate.
func (p *predicate) matches(v any) bool {
	in := false
	switch value := v.(type) {
	case float64:
		in = slices.ContainsFunc(p.limits, func(l limit) bool { return l.holds(value) })
	case netip.Addr:
		in = slices.ContainsFunc(p.prefixes, func(n netip.Prefix) bool { return n.Contains(value) })
	case string:
		_, found := search([]term{{p.language, true}, {newLanguage([]string{value}, style{plain: true, fold: true}), true}})
		in = found == yes
	}
	return in != p.negated
}

// operator is what a condition operator's name says.
type operator struct {
	quantifier quantifier
	ifExists   bool
	negated    bool
	domain     domain
	style      style
	comparison string
}

// parseOperator reads a name such as ForAnyValue:StringNotLikeIfExists. Source: IAM User Guide, "IAM JSON policy
// elements: Condition operators".
func parseOperator(name string) (operator, bool) {
	var o operator
	if name == "Null" {
		return operator{quantifier: presence}, true
	}
	for _, q := range []quantifier{anyOf, allOf} {
		if rest, ok := strings.CutPrefix(name, string(q)+":"); ok {
			o.quantifier, name = q, rest
		}
	}
	name, o.ifExists = strings.CutSuffix(name, "IfExists")
	plainName := strings.Replace(name, "Not", "", 1)
	o.negated = plainName != name
	switch plainName {
	case "StringEquals":
		o.domain, o.style = texts, style{plain: true}
	case "StringEqualsIgnoreCase":
		o.domain, o.style = texts, style{plain: true, fold: true}
	case "StringLike":
		o.domain = texts
	case "ArnEquals", "ArnLike":
		o.domain, o.style = texts, style{arn: true}
	case "Bool":
		o.domain, o.style = truths, style{plain: true, fold: true}
	case "IpAddress":
		o.domain = addresses
	default:
		for _, kind := range []string{"Numeric", "Date"} {
			if comparison, ok := strings.CutPrefix(plainName, kind); ok {
				o.domain, o.comparison = numbers, comparison
			}
		}
	}
	return o, o.domain != ""
}

// newCondition makes the predicate of one operator and key. What it cannot read becomes opaque.
func newCondition(name, key string, values any) *predicate {
	key = strings.ToLower(key)
	list, plain := stringList(values)
	o, known := parseOperator(name)
	if !known || !plain || len(list) == 0 || slices.ContainsFunc(list, hasVariable) {
		return opaqueCondition(name, key, values)
	}
	p := &predicate{
		dimension: "condition " + key, domain: o.domain, quantifier: o.quantifier, negated: o.negated,
		missing: o.ifExists || o.quantifier == allOf || o.quantifier == single && o.negated,
	}
	ok := true
	switch o.domain {
	case numbers:
		p.limits, ok = limits(o.comparison, list)
	case addresses:
		p.prefixes, ok = prefixes(list)
	case texts, truths:
		p.language = newLanguage(list, o.style)
	default:
		p.missing = slices.Contains(list, "true")
	}
	if !ok {
		return opaqueCondition(name, key, values)
	}
	slices.Sort(list)
	p.id = fmt.Sprintf("%s %s %t %t %v %s %q", p.dimension, p.quantifier, p.missing, p.negated, o.style, o.comparison, slices.Compact(list))
	return p
}

func opaqueCondition(name, key string, values any) *predicate {
	id := "opaque " + name + " " + key + " " + canonical(values)
	return &predicate{dimension: id, id: id, domain: opaque}
}

func hasVariable(value string) bool { return newLanguage([]string{value}, style{}).variables }

func limits(comparison string, values []string) ([]limit, bool) {
	var all []limit
	for _, v := range values {
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			at, err := time.Parse(time.RFC3339, v)
			if err != nil {
				return nil, false
			}
			n = float64(at.Unix())
		}
		all = append(all, limit{comparison, n})
	}
	return all, true
}

func prefixes(values []string) ([]netip.Prefix, bool) {
	var all []netip.Prefix
	for _, v := range values {
		if !strings.Contains(v, "/") {
			address, err := netip.ParseAddr(v)
			if err != nil {
				return nil, false
			}
			all = append(all, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(v)
		if err != nil {
			return nil, false
		}
		all = append(all, prefix.Masked())
	}
	return all, true
}

// stringList reads a value or a list of them. It is false when one is neither a text, a number nor a truth, as an
// intrinsic function is.
func stringList(value any) ([]string, bool) {
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	out := make([]string, 0, len(list))
	for _, v := range list {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case bool, float64, int, json.Number:
			out = append(out, fmt.Sprint(v))
		default:
			return nil, false
		}
	}
	return out, true
}

func canonical(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%v", value)
	}
	return string(text)
}
