package reachability

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Protocol is an IP protocol by its number (IANA, "Assigned Internet Protocol Numbers").
type Protocol int

// Protocols that templates call by name, and ESP, which SageMaker encrypts traffic between nodes with.
const (
	ICMP   Protocol = 1
	TCP    Protocol = 6
	UDP    Protocol = 17
	ESP    Protocol = 50
	ICMPv6 Protocol = 58
	// Other stands for every protocol that no rule of the network names.
	Other Protocol = -1
)

var protocolNames = map[Protocol]string{ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMPv6: "icmpv6", Other: "any other protocol"}

func (p Protocol) String() string {
	if name, ok := protocolNames[p]; ok {
		return name
	}
	return "protocol " + strconv.Itoa(int(p))
}

// hasPorts tells whether rules look at more than the protocol's number. ICMP has types and codes instead of ports.
func (p Protocol) hasPorts() bool { return p == TCP || p == UDP || p.isICMP() }

func (p Protocol) isICMP() bool { return p == ICMP || p == ICMPv6 }

// PortRange is a range of ports, both ends included. For ICMP a number is 256 times the type plus the code; for protocols
// without ports the range is 0 to 65535.
type PortRange struct{ First, Last uint16 }

const lastPort = 65535

var allPorts = PortRange{0, lastPort}

func (r PortRange) String() string {
	if r.First == r.Last {
		return strconv.Itoa(int(r.First))
	}
	return fmt.Sprintf("%d-%d", r.First, r.Last)
}

// ports is a set of ports: ranges in ascending order that neither overlap nor touch.
type ports []PortRange

func (p ports) String() string {
	texts := make([]string, len(p))
	for i, r := range p {
		texts[i] = r.String()
	}
	return strings.Join(texts, ",")
}

func (p ports) intersect(q ports) ports {
	var out ports
	for _, a := range p {
		for _, b := range q {
			if first, last := max(a.First, b.First), min(a.Last, b.Last); first <= last {
				out = append(out, PortRange{first, last})
			}
		}
	}
	return out
}

func (p ports) union(q ports) ports {
	sorted := slices.Concat(p, q)
	slices.SortFunc(sorted, func(a, b PortRange) int { return int(a.First) - int(b.First) })
	var out ports
	for _, r := range sorted {
		if n := len(out) - 1; n >= 0 && int(r.First) <= int(out[n].Last)+1 {
			out[n].Last = max(out[n].Last, r.Last)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (p ports) minus(q ports) ports {
	out := slices.Clone(p)
	for _, b := range q {
		var rest ports
		for _, a := range out {
			if b.Last < a.First || b.First > a.Last {
				rest = append(rest, a)
				continue
			}
			if a.First < b.First {
				rest = append(rest, PortRange{a.First, b.First - 1})
			}
			if a.Last > b.Last {
				rest = append(rest, PortRange{b.Last + 1, a.Last})
			}
		}
		out = rest
	}
	return out
}

// selector is the part of a rule that chooses protocols and ports.
type selector struct {
	// every protocol, whatever protocol and ports say.
	every    bool
	protocol Protocol
	// ports are all of them where the protocol has none.
	ports PortRange
}

// of returns the ports of the protocol that the rule chooses.
func (s selector) of(p Protocol) ports {
	switch {
	case s.every:
		return ports{allPorts}
	case s.protocol == p:
		return ports{s.ports}
	}
	return nil
}

func (s selector) String() string {
	switch {
	case s.every:
		return "all traffic"
	case !s.protocol.hasPorts():
		return s.protocol.String()
	case s.ports == allPorts:
		return "all " + s.protocol.String()
	}
	return s.protocol.String() + " " + s.ports.String()
}

// icmpRange turns a type and a code, -1 for all, into a range of PortRange's numbers.
func icmpRange(kind, code int) (PortRange, error) {
	switch {
	case kind < -1 || kind > 255 || code < -1 || code > 255:
		return PortRange{}, fmt.Errorf("ICMP type %d, code %d: both are 0 to 255, or -1 for all", kind, code)
	case kind == -1 && code != -1:
		return PortRange{}, fmt.Errorf("ICMP code %d of all types: name the type, or write -1 for the code", code)
	case kind == -1:
		return allPorts, nil
	case code == -1:
		return PortRange{uint16(kind << 8), uint16(kind<<8 | 255)}, nil
	}
	return PortRange{uint16(kind<<8 | code), uint16(kind<<8 | code)}, nil
}
