package reachability

import (
	"net/netip"
	"slices"
)

// acl is a network ACL.
type acl struct {
	label           string
	vpc             *vpc
	egress, ingress []entry
}

type entry struct {
	selector
	number int
	allow  bool
	prefix netip.Prefix
	// fact is empty for the entries that every default list has.
	fact Fact
}

// passage is traffic that an entry lets pass.
type passage struct {
	ports ports
	fact  Fact
}

// defaultACL lets everything pass (VPC User Guide, "Default network ACL").
func defaultACL(label string, v *vpc) *acl {
	a := &acl{label: label, vpc: v}
	for i, range_ := range everywhere {
		e := entry{selector: selector{every: true, protocol: Other}, number: 100 + i, allow: true, prefix: range_}
		a.egress, a.ingress = append(a.egress, e), append(a.ingress, e)
	}
	return a
}

// add puts the entry where it is evaluated, and tells whether its number is free.
func add(entries []entry, e entry) ([]entry, bool) {
	i, taken := slices.BinarySearchFunc(entries, e, func(x, y entry) int { return x.number - y.number })
	if taken {
		return entries, false
	}
	return slices.Insert(entries, i, e), true
}

// pass returns what the entries let through between the subnet and the place. They are evaluated by their number; the
// first that matches decides, and what none matches is denied. Where it is not known whether an entry covers the place,
// an allow counts and a deny does not.
func pass(entries []entry, p place, protocol Protocol) (ports, []passage) {
	var passed ports
	var by []passage
	rest := ports{allPorts}
	for _, e := range entries {
		m := p.in(e.prefix)
		here := e.of(protocol).intersect(rest)
		if m == no || len(here) == 0 {
			continue
		}
		if e.allow {
			passed, by = passed.union(here), append(by, passage{here, e.fact})
		}
		if m == yes {
			rest = rest.minus(here)
		}
	}
	return passed, by
}

// deciding are the facts of the entries that let some of the ports pass.
func deciding(by []passage, used ports) []Fact {
	var out []Fact
	for _, b := range by {
		if b.fact != (Fact{}) && len(b.ports.intersect(used)) > 0 {
			out = append(out, b.fact)
		}
	}
	return out
}

func (b *builder) readACL(r *reader) {
	r.skip("Tags")
	if v := r.vpc("VpcId"); v != nil {
		register(b.acls, &acl{label: r.label, vpc: v}, r.ids("Id")...)
	}
}

func (b *builder) associateACL(r *reader) {
	s, a := find(r, "SubnetId", r.text("SubnetId"), b.subnets), find(r, "NetworkAclId", r.text("NetworkAclId"), b.acls)
	if s == nil || a == nil {
		return
	}
	switch {
	case s.vpc != a.vpc:
		r.fail("%s and %s are of different VPCs", s.label, a.label)
	case s.aclSet:
		r.fail("%s has the network ACL %s already", s.label, s.acl.label)
	}
	s.acl, s.aclSet = a, true
}

func (b *builder) readEntry(r *reader) {
	e := entry{selector: r.entrySelector()}
	ends := 0
	for _, property := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		if p := r.prefix(property); p.IsValid() {
			e.prefix, ends = p, ends+1
		}
	}
	if ends != 1 {
		r.fail("an entry has one range, this one has %d", ends)
	}
	var numbered bool
	if e.number, numbered = r.number("RuleNumber"); !numbered || e.number < 1 || e.number > 32766 {
		r.fail("RuleNumber is missing, or not 1 to 32766")
	}
	action := r.text("RuleAction")
	if action != "allow" && action != "deny" {
		r.fail("RuleAction is %q; write allow or deny", action)
	}
	e.allow = action == "allow"
	a := find(r, "NetworkAclId", r.text("NetworkAclId"), b.acls)
	if a == nil {
		return
	}
	direction, entries := "from", &a.ingress
	if r.flag("Egress", false) {
		direction, entries = "to", &a.egress
	}
	e.fact = r.fact("entry %d of %s: %s %s %s %s", e.number, a.label, action, e.selector, direction, e.prefix)
	var free bool
	if *entries, free = add(*entries, e); !free {
		r.fail("%s has an entry %d for this direction already", a.label, e.number)
	}
}

// entrySelector reads protocol and ports of an entry (CloudFormation Template Reference, AWS::EC2::NetworkAclEntry).
func (r *reader) entrySelector() selector {
	s, err := protocolOf(r.text("Protocol"))
	icmp, span := r.object("Icmp"), r.object("PortRange")
	switch {
	case err != nil || s.every || !s.protocol.hasPorts():
	case s.protocol.isICMP():
		if icmp == nil {
			r.fail("%s needs Icmp", s.protocol)
			break
		}
		kind, _ := icmp.number("Type")
		code, _ := icmp.number("Code")
		s.ports, err = icmpRange(kind, code)
		icmp.done()
	case span == nil:
		r.fail("%s needs PortRange", s.protocol)
	default:
		from, _ := span.number("From")
		to, _ := span.number("To")
		s.ports, err = portRange(from, to)
		span.done()
	}
	if err != nil {
		r.fail("%v", err)
	}
	return s
}
