package reachability

import (
	"fmt"
	"net/netip"
	"slices"
)

// covers tells whether the place, which is of the same region if it is a list, is among the rule's addresses or may be.
func (r rule) covers(p place) bool {
	if r.list != "" {
		return p.List == r.list
	}
	return slices.ContainsFunc(r.ranges, func(range_ netip.Prefix) bool { return p.in(range_) != no })
}

// names tells whether the rule refers to one of the groups.
func (r rule) names(groups []*group) bool {
	return r.group != "" && slices.ContainsFunc(groups, func(g *group) bool { return g.id == r.group })
}

// unfilteredRule stands for the rules of an interface without a security group.
func unfilteredRule(name string) rule {
	return rule{
		selector: selector{every: true, protocol: Other}, ranges: everywhere, fact: Fact{Resource: name, Says: "no security group"},
	}
}

func (b *builder) readPrefixList(r *reader) {
	r.skip("AddressFamily", "MaxEntries", "PrefixListName", "Tags")
	l := &prefixList{}
	for _, e := range r.objects("Entries") {
		e.skip("Description")
		if p := e.prefix("Cidr"); p.IsValid() {
			l.ranges = append(l.ranges, p)
		}
		e.done()
	}
	register(b.prefixLists, l, r.ids("PrefixListId")...)
}

// defaultGroup is the group that AWS gives to every VPC (VPC User Guide, "Default security groups for your VPCs").
func defaultGroup(label, id string, v *vpc) *group {
	g := &group{label: label, id: id, vpc: v}
	g.ingress = []rule{{
		selector: selector{every: true, protocol: Other}, group: id, fact: Fact{Resource: label, Says: "the default rule: all traffic from itself"},
	}}
	g.egress = []rule{openEgress(label)}
	return g
}

func openEgress(label string) rule {
	return rule{
		selector: selector{every: true, protocol: Other}, ranges: everywhere, fact: Fact{Resource: label, Says: "the default rule: all traffic out"},
	}
}

func (b *builder) readGroup(r *reader) {
	r.skip("GroupDescription", "GroupName", "SecurityGroupEgress", "SecurityGroupIngress", "Tags")
	v := r.vpc("VpcId")
	if v == nil {
		return
	}
	ids := r.ids("GroupId")
	register(b.groups, &group{label: r.label, id: ids[0], vpc: v}, ids...)
}

// readGroupRules reads inline rules. A group that is made without one for outgoing traffic gets one that lets everything
// out (CloudFormation Template Reference, AWS::EC2::SecurityGroup); rules of resources of their own come too late.
func (b *builder) readGroupRules(r *reader) {
	g := b.groups[r.ids()[0]]
	if g == nil {
		return
	}
	egress := r.objects("SecurityGroupEgress")
	for _, e := range egress {
		b.addRule(e, &g.egress, egressPeers)
	}
	if len(egress) == 0 {
		g.egress = append(g.egress, openEgress(r.label))
	}
	for _, i := range r.objects("SecurityGroupIngress") {
		b.addRule(i, &g.ingress, ingressPeers)
	}
}

// Properties that name a rule's other end: a prefix list and a group.
var (
	egressPeers  = [2]string{"DestinationPrefixListId", "DestinationSecurityGroupId"}
	ingressPeers = [2]string{"SourcePrefixListId", "SourceSecurityGroupId"}
)

func (b *builder) readEgress(r *reader) {
	if g := find(r, "GroupId", r.text("GroupId"), b.groups); g != nil {
		b.addRule(r, &g.egress, egressPeers)
	}
}

func (b *builder) readIngress(r *reader) {
	if g := find(r, "GroupId", r.text("GroupId"), b.groups); g != nil {
		b.addRule(r, &g.ingress, ingressPeers)
	}
}

// addRule reads a rule. Its other end is exactly one of a range, a prefix list and a group.
func (b *builder) addRule(r *reader, to *[]rule, peers [2]string) {
	r.skip("Description", "SourceSecurityGroupOwnerId")
	out := rule{selector: r.selector()}
	var ends []string
	for _, property := range []string{"CidrIp", "CidrIpv6"} {
		if p := r.prefix(property); p.IsValid() {
			out.ranges, ends = []netip.Prefix{p}, append(ends, p.String())
		}
	}
	if id := r.text(peers[0]); id != "" {
		ends = append(ends, id)
		if l := b.prefixLists[id]; l != nil {
			out.ranges = l.ranges
		} else {
			out.list = id
		}
	}
	if id := r.text(peers[1]); id != "" {
		out.group = id
		ends = append(ends, b.groupName(id))
		if g := b.groups[id]; g != nil {
			out.group = g.id
		}
	}
	r.done()
	if len(ends) != 1 {
		r.fail("a rule has one other end, this one has %d: %v", len(ends), ends)
		return
	}
	direction := "from"
	if peers == egressPeers {
		direction = "to"
	}
	out.fact = r.fact("%s %s %s", out.selector, direction, ends[0])
	*to = append(*to, out)
}

func (b *builder) groupName(id string) string {
	if g := b.groups[id]; g != nil {
		return g.label
	}
	return id
}

// selector reads protocol and ports of a rule of a security group (Amazon EC2 API Reference, IpPermission).
func (r *reader) selector() selector {
	s, err := protocolOf(r.text("IpProtocol"))
	from, hasFrom := r.number("FromPort")
	to, hasTo := r.number("ToPort")
	switch {
	case err != nil:
	case s.every || !s.protocol.hasPorts():
	case !hasFrom || !hasTo:
		err = fmt.Errorf("%s needs FromPort and ToPort", s.protocol)
	case s.protocol.isICMP():
		s.ports, err = icmpRange(from, to)
	default:
		s.ports, err = portRange(from, to)
	}
	if err != nil {
		r.fail("%v", err)
	}
	return s
}

func portRange(from, to int) (PortRange, error) {
	switch {
	case from < 0 || to < 0 || from > lastPort || to > lastPort:
		return PortRange{}, fmt.Errorf("ports %d to %d: a port is 0 to %d", from, to, lastPort)
	case from > to:
		return PortRange{}, fmt.Errorf("the port range %d to %d is reversed; write the lower port first", from, to)
	}
	return PortRange{uint16(from), uint16(to)}, nil
}
