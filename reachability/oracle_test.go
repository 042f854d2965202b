package reachability_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/reachability"
)

// packet is one packet of the oracle, or the answer to one. Its port is the destination's.
type packet struct {
	protocol, port int
	// other is the address at the other end; s3 tells that it is one of Amazon S3's.
	other netip.Addr
	s3    bool
}

func (t modelTraffic) takes(p packet) bool {
	return t.protocol == -1 || t.protocol == p.protocol && (p.protocol != 6 && p.protocol != 17 || t.from <= p.port && p.port <= t.to)
}

// admitted asks the rules of a group about a packet; group is the group at the other end, -1 outside of the VPC.
func admitted(rules []modelRule, p packet, group int, foreign bool) bool {
	for _, r := range rules {
		var matches bool
		switch {
		case r.peer == "s3":
			matches = p.s3
		case r.peer == "foreign":
			matches = foreign
		case len(r.peer) == 1:
			matches = r.peer == fmt.Sprint(group)
		default:
			matches = netip.MustParsePrefix(r.peer).Contains(p.other)
		}
		if matches && r.takes(p) {
			return true
		}
	}
	return false
}

func (s modelSubnet) lets(entries []modelEntry, p packet) bool {
	if !s.listed {
		return true
	}
	for _, e := range entries {
		if e.takes(p) && e.prefix.Contains(p.other) {
			return e.allow
		}
	}
	return false
}

// next is where the route table sends a packet: the longest prefix wins. Whether a prefix of Amazon S3's list is longer
// than those of other routes is unknown; listWins assumes it.
func (m model) next(p packet, listWins bool) string {
	best, to := -1, ""
	if modelVPC.Contains(p.other) {
		best, to = modelVPC.Bits(), "local"
	}
	for _, r := range m.routes {
		if r.prefix.Contains(p.other) && r.prefix.Bits() > best {
			best, to = r.prefix.Bits(), r.to
		}
	}
	if p.s3 && m.s3 && (listWins || best <= 0) {
		return "s3"
	}
	return to
}

// observed are the connections of a source: each is a line with subnet, destination, protocol, address and ports.
type observed map[string]bool

func (o observed) connection(subnet, to string, p packet, answer int) {
	address := p.other.String()
	if p.s3 {
		address = "s3"
	}
	if p.protocol != 6 && p.protocol != 17 {
		p.port = 0
	}
	o[fmt.Sprintf("%s > %s %d %s:%d, answer %d", subnet, to, p.protocol, address, p.port, answer)] = true
}

// unanswered is noted for what is sent; TCP is noted with answers only.
const unanswered = -1

var (
	oracleProtocols = []int{6, 17, 50, 99}
	// The last port stands for all that no rule names.
	oraclePorts = []int{0, 1, 2, 3, 4, 5, 9999}
)

// addresses are those that the ranges of the model tell apart, and some.
func oracleAddresses() []packet {
	var out []packet
	for i := range 32 {
		out = append(out, packet{other: netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})})
	}
	for _, a := range []string{"8.8.8.8", "52.0.0.1", "52.0.0.4", "192.168.0.1", "169.254.1.1", "224.0.0.5"} {
		out = append(out, packet{other: netip.MustParseAddr(a)})
	}
	return append(out, packet{other: netip.MustParseAddr("3.5.0.1"), s3: true}, packet{other: netip.MustParseAddr("52.0.0.1"), s3: true},
		packet{other: netip.MustParseAddr("8.0.0.1"), s3: true})
}

// walk sends every packet from the group in the subnet.
func (m model) walk(from int, s modelSubnet, name string) observed {
	seen := observed{}
	for _, p := range oracleAddresses() {
		// Without a rule or route for its list, Amazon S3 is a part of the internet like any other.
		if p.s3 && !m.namesS3() {
			continue
		}
		for _, p.protocol = range oracleProtocols {
			for _, p.port = range oraclePorts {
				for _, listWins := range []bool{true, false} {
					if to := m.next(p, listWins); to == "local" {
						m.walkInside(seen, from, s, name, p)
					} else if to != "" {
						m.walkOutside(seen, from, s, name, p, to)
					}
				}
			}
		}
	}
	return seen
}

func (m model) namesS3() bool {
	return m.s3 || slices.ContainsFunc(m.groups, func(g modelGroup) bool {
		return slices.ContainsFunc(slices.Concat(g.egress, g.ingress), func(r modelRule) bool { return r.peer == "s3" })
	})
}

func (m model) walkOutside(seen observed, from int, s modelSubnet, name string, p packet, to string) {
	linkOrMulticast := p.other.IsLinkLocalUnicast() || p.other.IsMulticast()
	if linkOrMulticast || to == "igw" && p.other.IsPrivate() {
		return
	}
	if !admitted(m.groups[from].egress, p, -1, to == "peering") || !s.lets(s.out, p) {
		return
	}
	if p.protocol != 6 {
		seen.connection(name, to, p, unanswered)
	}
	for _, port := range oraclePorts {
		answer := p
		if answer.port = port; s.lets(s.in, answer) {
			seen.connection(name, to, p, port)
		}
	}
}

func (m model) walkInside(seen observed, from int, s modelSubnet, name string, p packet) {
	for _, t := range m.subnets {
		if !t.prefix.Contains(p.other) {
			continue
		}
		for group := range m.groups {
			for source := s.prefix.Addr(); s.prefix.Contains(source); source = source.Next() {
				m.walkBetween(seen, from, s, name, p, t, group, source)
			}
		}
	}
}

func (m model) walkBetween(seen observed, from int, s modelSubnet, name string, p packet, t modelSubnet, group int, source netip.Addr) {
	arriving := packet{protocol: p.protocol, port: p.port, other: source}
	same := s.prefix == t.prefix
	if !admitted(m.groups[from].egress, p, group, false) || !admitted(m.groups[group].ingress, arriving, from, false) {
		return
	}
	if !same && (!s.lets(s.out, p) || !t.lets(t.in, arriving)) {
		return
	}
	to := fmt.Sprintf("Group%d", group)
	if p.protocol != 6 {
		seen.connection(name, to, p, unanswered)
	}
	for _, port := range oraclePorts {
		back, leaving := p, arriving
		back.port, leaving.port = port, port
		if same || t.lets(t.out, leaving) && s.lets(s.in, back) {
			seen.connection(name, to, p, port)
		}
	}
}

// expand writes the analyser's answers as the oracle's lines.
func expand(reaches []reachability.Reach) observed {
	seen := observed{}
	for _, r := range reaches {
		if r.Destination.Kind == reachability.Resolver || strings.Contains(r.Destination.Name, "DefaultSecurityGroup") {
			continue
		}
		for _, p := range oracleAddresses() {
			if !holds(r.Addresses, p) {
				continue
			}
			for _, p.protocol = range oracleProtocols {
				if number := int(r.Protocol); number != p.protocol && (number != int(reachability.Other) || p.protocol != 99) {
					continue
				}
				for _, p.port = range oraclePorts {
					if !includes(r.Ports, p.port) {
						continue
					}
					from, to := logical(r.From), logical(r.Destination.Name)
					if p.protocol != 6 {
						seen.connection(from, to, p, unanswered)
					}
					for _, answer := range oraclePorts {
						if includes(r.Answers, answer) {
							seen.connection(from, to, p, answer)
						}
					}
				}
			}
		}
	}
	return seen
}

func holds(ranges []reachability.AddressRange, p packet) bool {
	return slices.ContainsFunc(ranges, func(r reachability.AddressRange) bool {
		if p.s3 || r.List != "" {
			return p.s3 && r.List == "pl-6da54004"
		}
		return r.First.Compare(p.other) <= 0 && r.Last.Compare(p.other) >= 0
	})
}

func includes(ranges []reachability.PortRange, port int) bool {
	return slices.ContainsFunc(ranges, func(r reachability.PortRange) bool { return int(r.First) <= port && port <= int(r.Last) })
}

// difference lists lines that only one side has. Where it is unknown which addresses Amazon S3 has, the analyser counts
// on the worst.
func difference(analyser, oracle observed, vague bool) []string {
	var out []string
	for line := range oracle {
		if !analyser[line] {
			out = append(out, "missed: "+line)
		}
	}
	for line := range analyser {
		if !oracle[line] && !(vague && strings.Contains(line, " s3:")) {
			out = append(out, "wrong: "+line)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), 10)]
}

// The analyser agrees with a second implementation that knows no ranges, no sets and no chains, but sends every packet.
func TestAgreesWithPacketByPacketOracle(t *testing.T) {
	const networks = 100
	lines, inside, outside := 0, 0, 0
	for seed := range uint64(networks) {
		vague := seed%2 == 1
		m := randomModel(rand.New(rand.NewPCG(seed, 1)), vague)
		n := m.network(t)
		for group := range m.groups {
			oracle := observed{}
			for i, s := range m.subnets {
				maps.Copy(oracle, m.walk(group, s, fmt.Sprintf("Subnet%d", i)))
			}
			analyser := expand(n.Reach(source(t, n, fmt.Sprintf("own/Group%d", group))))
			if wrong := difference(analyser, oracle, vague); len(wrong) > 0 {
				t.Fatalf("network %d, group %d:\n%s\n%+v", seed, group, strings.Join(wrong, "\n"), m)
			}
			lines += len(oracle)
			for line := range oracle {
				if strings.Contains(line, "> Group") {
					inside++
				} else {
					outside++
				}
			}
		}
	}
	t.Logf("%d networks, %d connections inside, %d to the outside", networks, inside, outside)
	if inside < 1000 || outside < 1000 {
		t.Errorf("only %d connections inside and %d to the outside: the networks show too little", inside, outside)
	}
}
