package reachability_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/reachability"
)

var addresses = cmpopts.EquateComparable(netip.Addr{})

// everything is what all groups of the model reach.
func (m model) everything(t *testing.T) observed {
	t.Helper()
	n := m.network(t)
	out := observed{}
	for group := range m.groups {
		for line := range expand(n.Reach(source(t, n, fmt.Sprintf("own/Group%d", group)))) {
			out[fmt.Sprintf("Group%d: %s", group, line)] = true
		}
	}
	return out
}

// eachModel runs the property on random networks, half of them with ranges that may hold addresses of Amazon S3.
func eachModel(t *testing.T, property func(t *testing.T, r *rand.Rand, m model)) {
	t.Helper()
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		property(t, r, randomModel(r, seed%2 == 1))
		if t.Failed() {
			t.Fatalf("network %d", seed)
		}
	}
}

func lost(before, after observed) []string {
	var out []string
	for line := range before {
		if !after[line] {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), 5)]
}

func TestRulesOnlyAdd(t *testing.T) {
	gained := 0
	eachModel(t, func(t *testing.T, r *rand.Rand, m model) {
		before := m.everything(t)
		g := r.IntN(len(m.groups))
		rule := randomRules(r, modelRanges, 1)[0]
		if r.IntN(2) == 0 {
			m.groups[g].egress = append(m.groups[g].egress, rule)
		} else {
			m.groups[g].ingress = append(m.groups[g].ingress, rule)
		}
		after := m.everything(t)
		if l := lost(before, after); len(l) > 0 {
			t.Errorf("with %+v of group %d more is lost: %v", rule, g, l)
		}
		gained += len(after) - len(before)
	})
	if gained == 0 {
		t.Error("no rule added anything: the test shows nothing")
	}
}

// A deny in front of others takes away, an allow behind others adds.
func TestEntriesOfNetworkACLs(t *testing.T) {
	changes := 0
	eachModel(t, func(t *testing.T, r *rand.Rand, m model) {
		if !m.subnets[0].listed {
			m.subnets[0].listed = true
			m.subnets[0].in, m.subnets[0].out = randomEntries(r, modelRanges), randomEntries(r, modelRanges)
		}
		before := m.everything(t)
		entry := randomEntries(r, modelRanges)[0]
		allowed, denied := m, m
		allowed.subnets, denied.subnets = slices.Clone(m.subnets), slices.Clone(m.subnets)
		entry.allow = true
		allowed.subnets[0].out = append(slices.Clone(m.subnets[0].out), entry)
		entry.allow = false
		denied.subnets[0].out = append([]modelEntry{entry}, m.subnets[0].out...)
		more, less := allowed.everything(t), denied.everything(t)
		if l := lost(before, more); len(l) > 0 {
			t.Errorf("an allow loses %v", l)
		}
		if l := lost(less, before); len(l) > 0 {
			t.Errorf("a deny gains %v", l)
		}
		changes += len(more) - len(less)
	})
	if changes == 0 {
		t.Error("no entry changed anything: the test shows nothing")
	}
}

// A route changes what happens to the addresses that it covers, and to no others.
func TestRoutesChangeTheirAddressesOnly(t *testing.T) {
	taken := 0
	eachModel(t, func(t *testing.T, r *rand.Rand, m model) {
		before := m.everything(t)
		prefix := netip.MustParsePrefix([]string{"10.0.0.16/31", "52.0.0.0/31", "8.8.8.0/24", "10.0.0.8/31"}[r.IntN(4)])
		m.routes = append(m.routes, modelRoute{prefix, []string{"igw", "peering", "nat"}[r.IntN(3)]})
		after := m.everything(t)
		for _, change := range append(missing(before, after), missing(after, before)...) {
			covered := strings.Contains(change, " s3:") && prefix.Addr().String()[0] != '1'
			for _, p := range oracleAddresses() {
				covered = covered || !p.s3 && prefix.Contains(p.other) && strings.Contains(change, " "+p.other.String()+":")
			}
			if !covered {
				t.Errorf("a route for %s changes %s", prefix, change)
			}
			taken++
		}
	})
	if taken == 0 {
		t.Error("no route changed anything: the test shows nothing")
	}
}

func missing(from, in observed) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(from)), func(line string) bool { return in[line] })
}

func TestNothingLeavesWithoutRoutes(t *testing.T) {
	before := 0
	eachModel(t, func(t *testing.T, _ *rand.Rand, m model) {
		before += outside(m.everything(t))
		m.routes, m.s3 = nil, false
		if n := outside(m.everything(t)); n > 0 {
			t.Errorf("%d connections leave the VPC", n)
		}
	})
	if before == 0 {
		t.Error("nothing left with routes either: the test shows nothing")
	}
}

func outside(o observed) int {
	n := 0
	for line := range o {
		if !strings.Contains(line, "> Group") {
			n++
		}
	}
	return n
}

// Neither the order of a template's resources, which Go changes at every reading, nor that of its lists matters.
func TestOrderDoesNotMatter(t *testing.T) {
	eachModel(t, func(t *testing.T, r *rand.Rand, m model) {
		n, again := m.network(t), m.network(t)
		if difference := cmp.Diff(n.Reach(source(t, n, "own/Group0")), again.Reach(source(t, again, "own/Group0")), addresses); difference != "" {
			t.Errorf("the second reading says something else: %s", difference)
		}
		before := m.everything(t)
		for i := range m.groups {
			for _, rules := range [][]modelRule{m.groups[i].egress, m.groups[i].ingress} {
				r.Shuffle(len(rules), func(a, b int) { rules[a], rules[b] = rules[b], rules[a] })
			}
		}
		r.Shuffle(len(m.routes), func(a, b int) { m.routes[a], m.routes[b] = m.routes[b], m.routes[a] })
		if difference := cmp.Diff(before, m.everything(t)); difference != "" {
			t.Errorf("another order says something else: %s", difference)
		}
	})
}

// Nor does the order of the stacks, though one publishes what another reads.
func TestOrderOfStacksDoesNotMatter(t *testing.T) {
	eachExample(t, func(t *testing.T, e example) {
		views := slices.Clone(e.views)
		slices.Reverse(views)
		n, err := reachability.New(reachability.Input{Views: views})
		if err != nil {
			t.Fatal(err)
		}
		for i, source := range e.network.Interfaces() {
			if difference := cmp.Diff(e.network.Reach(source), n.Reach(n.Interfaces()[i]), addresses); difference != "" {
				t.Errorf("%s: %s", source.Name, difference)
			}
		}
	})
}

// What is judged alone and what is judged together with other stacks differs in what they publish only.
func TestStacksDoNotInterfere(t *testing.T) {
	eachExample(t, func(t *testing.T, e example) {
		for _, v := range e.views {
			alone, err := reachability.New(reachability.Input{Views: []inventory.View{v}})
			if err != nil {
				t.Fatal(err)
			}
			for _, source := range alone.Interfaces() {
				together, ok := e.network.Interface(source.Name)
				if !ok {
					t.Fatalf("%s is gone", source.Name)
				}
				if difference := cmp.Diff(withoutPublished(alone.Reach(source)), withoutPublished(e.network.Reach(together))); difference != "" {
					t.Errorf("%s: %s", source.Name, difference)
				}
			}
		}
	})
}

func withoutPublished(reaches []reachability.Reach) []string {
	return lines(slices.DeleteFunc(reaches, func(r reachability.Reach) bool { return r.Destination.Kind == reachability.EndpointService }))
}
