package policy

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Size limits in characters, white space not counted (IAM and AWS STS quotas; Organizations quotas; VPC endpoint
// and S3 documentation; KMS quotas).
const (
	ManagedPolicyLimit       = 6144
	InlineRolePolicyLimit    = 10240
	TrustPolicyLimit         = 2048
	ServiceControlLimit      = 5120
	ServiceControlsPerTarget = 4 // of 5, one being FullAWSAccess
	EndpointPolicyLimit      = 20480
	BucketPolicyLimit        = 20480
	KeyPolicyLimit           = 32768
	ManagedPoliciesPerRole   = 10
	documentOverheadInLength = len(`{"Statement":[],"Version":"2012-10-17"}`)
)

// Length is how many characters a rendered text will have once deployed. Where the text holds placeholders that are
// resolved later, the caller passes a function that knows their greatest length.
type Length func(rendered string) int

// Literal is the Length of a text without placeholders.
func Literal(rendered string) int { return utf8.RuneCountInString(rendered) }

// Size returns the length of the document when rendered.
func (d Document) Size(length Length) int { return length(d.JSON()) }

// Pack distributes the statements over as few documents of at most limit characters as possible. The result depends
// on the statements only, not on chance: the same input gives the same documents, and every document keeps its
// statements in the order given. A statement that is too large for a document of its own is an error; the caller
// must state it more narrowly.
func Pack(statements []Statement, limit int, length Length) ([]Document, error) {
	items := make([]item, len(statements))
	for i, s := range statements {
		size := length(mustJSON(s.render())) + 1 // the comma
		if size+documentOverheadInLength > limit {
			return nil, fmt.Errorf("statement %q has %d characters; a document holds %d", s.Sid, size, limit)
		}
		items[i] = item{index: i, size: size}
	}
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(b.size, a.size) })

	room := limit - documentOverheadInLength
	bins := firstFit(items, room)
	if least := lowerBound(items, room); len(bins) > least {
		bins = search(items, room, least, bins)
	}

	documents := make([]Document, len(bins))
	for b, bin := range bins {
		indexes := make([]int, len(bin))
		for i, it := range bin {
			indexes[i] = it.index
		}
		slices.Sort(indexes)
		for _, i := range indexes {
			documents[b].Statements = append(documents[b].Statements, statements[i])
		}
	}
	slices.SortFunc(documents, func(a, b Document) int {
		return cmp.Compare(position(statements, a), position(statements, b))
	})
	return documents, nil
}

type item struct{ index, size int }

func lowerBound(items []item, room int) int {
	total := 0
	for _, it := range items {
		total += it.size
	}
	return (total + room - 1) / room
}

func firstFit(items []item, room int) [][]item {
	var bins [][]item
	var used []int
next:
	for _, it := range items {
		for b := range bins {
			if used[b]+it.size <= room {
				bins[b], used[b] = append(bins[b], it), used[b]+it.size
				continue next
			}
		}
		bins, used = append(bins, []item{it}), append(used, it.size)
	}
	return bins
}

// searchBudget bounds the exact search; guardrail sets have some dozens of statements, where it ends far earlier.
const searchBudget = 200_000

// search looks for a distribution with fewer bins than best by branch and bound, largest items first.
func search(items []item, room, least int, best [][]item) [][]item {
	budget := searchBudget
	bins := make([][]item, 0, len(best))
	used := make([]int, 0, len(best))
	var place func(i int) bool
	place = func(i int) bool {
		if i == len(items) {
			best = make([][]item, len(bins))
			for b := range bins {
				best[b] = slices.Clone(bins[b])
			}
			return len(best) == least
		}
		tried := map[int]bool{} // bins of equal fill are interchangeable
		for b := range bins {
			if budget--; budget < 0 {
				return true
			}
			if used[b]+items[i].size > room || tried[used[b]] {
				continue
			}
			tried[used[b]] = true
			bins[b], used[b] = append(bins[b], items[i]), used[b]+items[i].size
			done := place(i + 1)
			bins[b], used[b] = bins[b][:len(bins[b])-1], used[b]-items[i].size
			if done {
				return true
			}
		}
		if len(bins)+1 < len(best) {
			bins, used = append(bins, []item{items[i]}), append(used, items[i].size)
			done := place(i + 1)
			bins, used = bins[:len(bins)-1], used[:len(used)-1]
			return done
		}
		return false
	}
	place(0)
	return best
}

// position of the document's first statement in the input.
func position(statements []Statement, d Document) int {
	return slices.IndexFunc(statements, func(s Statement) bool { return s.Sid == d.Statements[0].Sid })
}
