package decisions

import (
	"crypto/sha256"
	"reflect"
	"strings"
)

// Otherwise returns the first of the outcomes that comes out otherwise in another world, nil if none does. The other world
// must be of stacks with other ids, because the simulator knows documents by those. A request that cannot be made there,
// for want of an endpoint or a role, comes out otherwise too.
func Otherwise(s *Simulator, before, after World, outcomes []Outcome) (*Outcome, error) {
	if err := after.Define(s); err != nil {
		return nil, err
	}
	old, current := before.digests(), after.digests()
	var waiting []Outcome
	for _, o := range outcomes {
		q, err := after.query(o.Row, o.Who, o.asked)
		if err != nil {
			return &o, nil
		}
		if sameRequest(o.Query, q) && old.of(o.Query) == current.of(q) {
			continue
		}
		changed := o
		changed.Query = q
		if waiting = append(waiting, changed); len(waiting) < chunk {
			continue
		}
		if by, err := firstOtherwise(s, waiting); by != nil || err != nil {
			return by, err
		}
		waiting = nil
	}
	return firstOtherwise(s, waiting)
}

// firstOtherwise asks again and returns the first outcome that a test would notice.
func firstOtherwise(s *Simulator, outcomes []Outcome) (*Outcome, error) {
	changed, err := decide(s, outcomes)
	if err != nil {
		return nil, err
	}
	for i := range changed {
		if noticed(outcomes[i], changed[i]) {
			return &changed[i], nil
		}
	}
	return nil, nil
}

// sameRequest compares what the caller sends.
func sameRequest(a, b Query) bool {
	return a.Principal == b.Principal && a.Resource == b.Resource && a.ResourceAccount == b.ResourceAccount && reflect.DeepEqual(a.Context, b.Context)
}

// digests tell the documents of a world apart, by the names of their sets.
type digests map[string]string

func (w World) digests() digests {
	all := digests{}
	for _, v := range w.views() {
		for name, d := range documents(v) {
			sum := sha256.Sum256(d.JSON)
			all[name] = string(sum[:])
		}
	}
	return all
}

// of are the documents that apply to the query, layer by layer.
func (t digests) of(q Query) string {
	var b strings.Builder
	for _, names := range [][]string{q.Identity, q.Boundary, q.Endpoint, {q.ResourcePolicy}} {
		for _, name := range names {
			b.WriteString(t[name])
			b.WriteByte('\n')
		}
		b.WriteByte('\f')
	}
	return b.String()
}
