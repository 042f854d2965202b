package reachability

import (
	"fmt"
	"net/netip"
	"strings"
)

type routeTable struct {
	label  string
	vpc    *vpc
	routes []route
}

type route struct {
	// Either ranges or the id of an AWS-managed prefix list.
	ranges []netip.Prefix
	list   string
	to     Destination
	fact   Fact
	// local routes stay inside of the VPC.
	local bool
	// propagated routes have destinations that nobody knows before deployment.
	propagated bool
	// publicOnly targets forward public addresses only; admits tells that they let connections in.
	publicOnly, admits bool
}

// gateway is a target of routes.
type gateway struct {
	to                 Destination
	publicOnly, admits bool
}

func newRouteTable(label string, v *vpc) *routeTable {
	return &routeTable{label: label, vpc: v}
}

// lookup returns the routes that a packet to the place may take. It is several where what decides is not known before
// deployment, or where two routes have the same destination.
//
// VPC User Guide, "How route priority works": the longest prefix wins; local routes win over propagated ones in any case;
// routes to prefix lists win over those to everywhere, because what they list is more specific.
func (t *routeTable) lookup(p place) []route {
	if p.List != "" {
		return t.lookupList(p)
	}
	var best []route
	bits, local := -1, false
	consider := func(r route, range_ netip.Prefix) {
		if r.propagated || range_.Bits() < bits || p.in(range_) != yes {
			return
		}
		if range_.Bits() > bits {
			best, bits, local = nil, range_.Bits(), false
		}
		best, local = append(best, r), local || r.local
	}
	for _, range_ := range t.vpc.ranges {
		consider(route{local: true}, range_)
	}
	for _, r := range t.routes {
		for _, range_ := range r.ranges {
			consider(r, range_)
		}
	}
	for _, r := range t.routes {
		if r.propagated && !local {
			best = append(best, r)
		}
	}
	return best
}

func (t *routeTable) lookupList(p place) []route {
	var specific, everywhere []route
	listed := false
	for _, r := range t.routes {
		if r.list != "" {
			if r.list == p.List {
				specific, listed = append(specific, r), true
			}
			continue
		}
		found := no
		for _, range_ := range r.ranges {
			if m := p.in(range_); m != no && (found == no || m == perhaps) {
				found = m
			}
		}
		switch {
		case found == perhaps || r.propagated:
			specific = append(specific, r)
		case found == yes:
			everywhere = append(everywhere, r)
		}
	}
	if listed {
		return specific
	}
	return append(specific, everywhere...)
}

// carries tells whether the route's target does anything with packets to the place.
func (r route) carries(p place) bool { return p.routable() && (!r.publicOnly || p.public()) }

func (b *builder) readRouteTable(r *reader) {
	r.skip("Tags")
	if v := r.vpc("VpcId"); v != nil {
		register(b.tables, newRouteTable(r.label, v), r.ids("RouteTableId")...)
	}
}

func (b *builder) associateRouteTable(r *reader) {
	s, t := find(r, "SubnetId", r.text("SubnetId"), b.subnets), find(r, "RouteTableId", r.text("RouteTableId"), b.tables)
	if s == nil || t == nil {
		return
	}
	switch {
	case s.vpc != t.vpc:
		r.fail("%s and %s are of different VPCs", s.label, t.label)
	case s.tableSet:
		r.fail("%s has the route table %s already", s.label, s.table.label)
	}
	s.table, s.tableSet = t, true
}

func (b *builder) readRoute(r *reader) {
	t := find(r, "RouteTableId", r.text("RouteTableId"), b.tables)
	var out route
	destinations := 0
	for _, property := range []string{"DestinationCidrBlock", "DestinationIpv6CidrBlock"} {
		if p := r.prefix(property); p.IsValid() {
			out.ranges, destinations = []netip.Prefix{p}, destinations+1
		}
	}
	if id := r.text("DestinationPrefixListId"); id != "" {
		destinations++
		if out.list = id; b.prefixLists[id] != nil {
			out.ranges, out.list = b.prefixLists[id].ranges, ""
		}
	}
	g, targets := r.target()
	if destinations != 1 || targets != 1 {
		r.fail("a route has one destination and one target, this one has %d and %d", destinations, targets)
	}
	if t == nil {
		return
	}
	out.to, out.publicOnly, out.admits = g.to, g.publicOnly, g.admits
	destination := out.list
	if len(out.ranges) > 0 {
		destination = strings.Trim(fmt.Sprint(out.ranges), "[]")
	}
	out.fact = r.fact("route of %s: %s to %s", t.label, destination, g.to.Name)
	t.routes = append(t.routes, out)
}

// targets of routes and what lies behind them, when the stacks do not hold them.
var targets = []struct {
	property string
	kind     Kind
}{
	{"CarrierGatewayId", Elsewhere}, {"CoreNetworkArn", Elsewhere}, {"EgressOnlyInternetGatewayId", Internet},
	{"GatewayId", Elsewhere}, {"InstanceId", Elsewhere}, {"LocalGatewayId", Elsewhere}, {"NatGatewayId", Internet},
	{"NetworkInterfaceId", Elsewhere}, {"TransitGatewayId", TransitGateway}, {"VpcEndpointId", Elsewhere},
	{"VpcPeeringConnectionId", PeeredVPC},
}

// target reads where the route leads, and how many targets are named. Beyond it, everything counts as reachable.
func (r *reader) target() (g gateway, count int) {
	for _, t := range targets {
		id := r.text(t.property)
		if id == "" {
			continue
		}
		count++
		known, ok := r.b.gateways[id]
		switch {
		case ok:
			g = known
		case id == "local":
			r.fail("GatewayId is local, which the route of every table is already; leave the route out")
		case strings.HasPrefix(id, "igw-"):
			g = gateway{to: Destination{Kind: Internet, Name: id}, publicOnly: true, admits: true}
		case strings.HasPrefix(id, "vgw-"):
			g = gateway{to: Destination{Kind: VPN, Name: id}}
		default:
			g = gateway{to: Destination{Kind: t.kind, Name: id}}
		}
	}
	return g, count
}

// readPropagation reads that a virtual private gateway puts routes of its own into the tables.
func (b *builder) readPropagation(r *reader) {
	id := r.text("VpnGatewayId")
	g, ok := b.gateways[id]
	if !ok {
		g = gateway{to: Destination{Kind: VPN, Name: id}}
	}
	for _, t := range findAll(r, "RouteTableIds", b.tables) {
		t.routes = append(t.routes, route{
			ranges: everywhere, propagated: true, to: g.to, fact: r.fact("routes of %s, unknown before deployment, in %s", g.to.Name, t.label),
		})
	}
}
