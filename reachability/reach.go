package reachability

import "slices"

// Reach returns everything that traffic from the source can get to. Where the templates leave something open, it counts as
// reachable.
func (n *Network) Reach(from Interface) []Reach {
	var c collector
	if from.outside != nil {
		for _, p := range n.protocols {
			c.add(Reach{
				Destination: Destination{Kind: Internet, Name: "outside of any VPC"}, Protocol: p,
				Ports: ports{allPorts}, Answers: ports{allPorts}, Through: []Fact{*from.outside},
			})
		}
	}
	for _, s := range from.subnets {
		n.resolve(&c, s)
		for _, p := range n.places {
			n.leave(&c, from, s, p)
		}
		for _, to := range n.interfaces {
			if to.vpc != from.vpc {
				continue
			}
			for _, t := range to.subnets {
				n.cross(&c, from, s, to, t)
			}
		}
	}
	return c.sorted()
}

// resolve: neither security groups nor network ACLs filter what goes to the Amazon-provided DNS server (VPC User Guide,
// "Understanding Amazon DNS").
func (n *Network) resolve(c *collector, s *subnet) {
	if !s.vpc.resolver {
		return
	}
	for _, p := range []Protocol{TCP, UDP} {
		c.add(Reach{
			From: s.label, Destination: Destination{Kind: Resolver, Name: s.vpc.label}, Protocol: p,
			Ports: ports{{53, 53}}, Answers: ports{allPorts}, Through: []Fact{{Resource: s.vpc.label, Says: "EnableDnsSupport"}},
		})
	}
}

// leave follows packets from the subnet to a place that a route leads to.
func (n *Network) leave(c *collector, from Interface, s *subnet, p place) {
	if p.List != "" && p.region != s.vpc.region {
		return
	}
	for _, r := range s.table.lookup(p) {
		if r.local || !r.carries(p) || r.admits && !from.canBePublic(p) {
			continue
		}
		for _, e := range from.egress() {
			if !e.covers(p) && !e.foreign(from.vpc, n.groups, r.to.Kind) {
				continue
			}
			for _, protocol := range n.protocols {
				out, outBy := pass(s.acl.egress, p, protocol)
				back, backBy := pass(s.acl.ingress, p, protocol)
				sent := e.of(protocol).intersect(out)
				if !arrives(protocol, sent, back) {
					continue
				}
				through := slices.Concat([]Fact{e.fact}, deciding(outBy, sent), []Fact{r.fact}, publicAddress(r, s), deciding(backBy, back))
				c.add(Reach{From: s.label, Destination: r.to, Protocol: protocol, Ports: sent, Answers: back, Through: through}, p.AddressRange)
			}
		}
	}
}

// arrives tells whether anything useful is sent. TCP needs answers; a datagram that is sent has left.
func arrives(p Protocol, sent, answers ports) bool {
	return len(sent) > 0 && (p != TCP || len(answers) > 0)
}

func publicAddress(r route, s *subnet) []Fact {
	if r.admits && s.public != nil {
		return []Fact{*s.public}
	}
	return nil
}

// canBePublic tells whether the interface has, or can get, an address with which it crosses an internet gateway. All
// IPv6 addresses are such.
func (i Interface) canBePublic(p place) bool { return i.assignable || p.List == "" && p.First.Is6() }

func (i Interface) egress() []rule {
	if i.unfiltered {
		return []rule{unfilteredRule(i.Name)}
	}
	var out []rule
	for _, g := range i.groups {
		out = append(out, g.egress...)
	}
	return out
}

func (i Interface) ingress() []rule {
	if i.unfiltered {
		return []rule{unfilteredRule(i.Name)}
	}
	var out []rule
	for _, g := range i.groups {
		out = append(out, g.ingress...)
	}
	return out
}

// foreign tells whether the rule refers to a group of another VPC, and the kind leads to other VPCs. Who carries the group
// there is unknown, so the rule counts for everything that the route leads to.
func (r rule) foreign(own *vpc, groups map[string]*group, kind Kind) bool {
	if r.group == "" || kind != PeeredVPC && kind != TransitGateway {
		return false
	}
	g := groups[r.group]
	return g == nil || g.vpc != own
}

// cross follows packets from one subnet to an interface in the same VPC.
func (n *Network) cross(c *collector, from Interface, s *subnet, to Interface, t *subnet) {
	for _, b := range n.within(t) {
		if !slices.ContainsFunc(s.table.lookup(b), func(r route) bool { return r.local }) {
			continue
		}
		for _, a := range n.within(s) {
			if a.First.BitLen() != b.First.BitLen() {
				continue
			}
			for _, protocol := range n.protocols {
				n.crossOn(c, protocol, end{from, s, a}, end{to, t, b})
			}
		}
	}
}

// end of a connection: an interface at a place in a subnet.
type end struct {
	Interface
	subnet *subnet
	place  place
}

func (n *Network) crossOn(c *collector, protocol Protocol, from, to end) {
	open := ports{allPorts}
	sent, back := open, open
	var sentBy, backBy []passage
	// Network ACLs see only what enters or leaves a subnet.
	if from.subnet != to.subnet {
		out, outBy := pass(from.subnet.acl.egress, to.place, protocol)
		in, inBy := pass(to.subnet.acl.ingress, from.place, protocol)
		backOut, backOutBy := pass(to.subnet.acl.egress, from.place, protocol)
		backIn, backInBy := pass(from.subnet.acl.ingress, to.place, protocol)
		sent, sentBy = out.intersect(in), slices.Concat(outBy, inBy)
		back, backBy = backOut.intersect(backIn), slices.Concat(backOutBy, backInBy)
	}
	for _, e := range from.egress() {
		if !e.covers(to.place) && !e.names(to.groups) {
			continue
		}
		for _, i := range to.ingress() {
			if !i.covers(from.place) && !i.names(from.groups) {
				continue
			}
			through := e.of(protocol).intersect(sent).intersect(i.of(protocol))
			for _, d := range to.deliver(protocol, through, from) {
				if !arrives(protocol, d.ports, back) {
					continue
				}
				c.add(Reach{
					From: from.subnet.label, Destination: to.reached(), Protocol: protocol, Ports: d.ports, Answers: back,
					Through: slices.Concat([]Fact{e.fact}, deciding(sentBy, d.ports), []Fact{i.fact}, d.facts, deciding(backBy, back)),
				}, to.place.AddressRange)
			}
		}
	}
}

func (i Interface) reached() Destination {
	if i.destination != nil {
		return *i.destination
	}
	return Destination{Kind: Peer, Name: i.Name}
}

// within are the places of a subnet.
func (n *Network) within(s *subnet) []place {
	var out []place
	for _, p := range n.places {
		for _, range_ := range s.ranges {
			if p.List == "" && range_.Contains(p.First) {
				out = append(out, p)
			}
		}
	}
	return out
}

// delivery is what an interface takes of what its security groups let in.
type delivery struct {
	ports ports
	facts []Fact
}

// deliver asks who listens: load balancers on their listeners' ports, endpoint services on those of their load balancers.
func (i Interface) deliver(protocol Protocol, sent ports, from end) []delivery {
	if len(sent) == 0 {
		return nil
	}
	switch {
	case i.destination != nil && i.destination.Kind == EndpointService:
		return i.publish(protocol, sent, from)
	case i.listening != nil:
		return i.listen(protocol, sent)
	}
	return []delivery{{ports: sent}}
}

func (i Interface) listen(protocol Protocol, sent ports) []delivery {
	var out []delivery
	for _, l := range i.listening {
		if p := sent.intersect(ports{{l.port, l.port}}); l.protocol == protocol && len(p) > 0 {
			out = append(out, delivery{p, []Fact{l.fact}})
		}
	}
	return out
}

// publish follows traffic through AWS PrivateLink. Security groups of the load balancer see the consumer's addresses, unless
// they are not asked ("Update the security groups for your Network Load Balancer").
func (i Interface) publish(protocol Protocol, sent ports, from end) []delivery {
	endpoint := Fact{Resource: i.Name, Says: "endpoint of " + i.destination.Service}
	if i.service == nil {
		endpoint.Says += ", which these stacks do not hold"
		return []delivery{{sent, []Fact{endpoint}}}
	}
	permission, ok := i.service.admits(i.vpc.account)
	if !ok {
		return nil
	}
	var out []delivery
	for _, lb := range i.service.balancers {
		admitted := []rule{{
			selector: selector{every: true, protocol: Other}, fact: Fact{Resource: lb.label, Says: "security groups are not asked about AWS PrivateLink"},
		}}
		if lb.filtersPrivateLink {
			admitted = slices.DeleteFunc(lb.iface.ingress(), func(r rule) bool { return !r.covers(from.place) })
		}
		for _, r := range admitted {
			for _, d := range lb.iface.listen(protocol, sent.intersect(r.of(protocol))) {
				out = append(out, delivery{d.ports, slices.Concat([]Fact{endpoint, permission, r.fact}, d.facts)})
			}
		}
	}
	return out
}

// Exposed returns what connections from the internet can get to, through internet gateways only: no other gateway lets
// them in.
func (n *Network) Exposed() []Reach {
	var c collector
	for _, to := range n.interfaces {
		for _, t := range to.subnets {
			for _, p := range n.places {
				n.enter(&c, p, to, t)
			}
		}
	}
	return c.sorted()
}

func (n *Network) enter(c *collector, p place, to Interface, t *subnet) {
	if p.List != "" || !to.canBePublic(p) || !n.hasFamily(t, p) {
		return
	}
	for _, r := range t.table.lookup(p) {
		if !r.admits || !r.carries(p) {
			continue
		}
		for _, i := range to.ingress() {
			if !i.covers(p) {
				continue
			}
			for _, protocol := range n.protocols {
				in, inBy := pass(t.acl.ingress, p, protocol)
				back, backBy := pass(t.acl.egress, p, protocol)
				for _, d := range to.deliver(protocol, i.of(protocol).intersect(in), end{place: p}) {
					if !arrives(protocol, d.ports, back) {
						continue
					}
					through := slices.Concat([]Fact{r.fact}, publicAddress(r, t), deciding(inBy, d.ports), []Fact{i.fact}, d.facts, deciding(backBy, back))
					c.add(Reach{Destination: to.reached(), Protocol: protocol, Ports: d.ports, Answers: back, Through: through})
				}
			}
		}
	}
}

func (n *Network) hasFamily(s *subnet, p place) bool {
	return slices.ContainsFunc(n.within(s), func(q place) bool { return q.First.BitLen() == p.First.BitLen() })
}
