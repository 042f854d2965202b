package reachability

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Kind of a destination.
type Kind string

// Kinds of destinations.
const (
	// Internet: through an internet, egress-only or NAT gateway, or because something runs outside of any VPC.
	Internet Kind = "internet"
	// PeeredVPC, TransitGateway, VPN: another network, of which the templates show no more than the way there.
	PeeredVPC      Kind = "peered VPC"
	TransitGateway Kind = "transit gateway"
	VPN            Kind = "VPN"
	// Elsewhere: any other target of a route, such as an appliance or a carrier gateway.
	Elsewhere Kind = "elsewhere"
	// ServiceEndpoint: a service of AWS through an interface endpoint.
	ServiceEndpoint Kind = "service by interface endpoint"
	// GatewayEndpoint: Amazon S3 or DynamoDB through a gateway endpoint.
	GatewayEndpoint Kind = "service by gateway endpoint"
	// EndpointService: what somebody publishes through AWS PrivateLink, in another VPC.
	EndpointService Kind = "endpoint service"
	// Peer: another network interface of the same VPC, or of the same security group.
	Peer Kind = "interface"
	// Resolver: the Amazon-provided DNS server of the VPC.
	Resolver Kind = "VPC resolver"
)

// Destination of traffic.
type Destination struct {
	Kind Kind
	// Name is the stack and logical id of what is reached or leads there, or an id where the templates do not hold it.
	Name string
	// Service is the full name of an endpoint's service.
	Service string
	// PrivateDNS tells of an endpoint that the service's own names resolve to it inside the VPC.
	PrivateDNS bool
	// Aliases are names of the VPC's private hosted zones that resolve to an endpoint.
	Aliases []string
}

// Fact is what a template says, and where.
type Fact struct {
	// Resource is the stack and logical id, followed by the path of the property if it is one of several.
	Resource string
	Says     string
}

func (f Fact) String() string { return f.Resource + " (" + f.Says + ")" }

// Reach is one kind of traffic that gets from a source to a destination.
type Reach struct {
	// From is the source's subnet; empty for what runs outside of any VPC, and for the internet.
	From        string
	Destination Destination
	Protocol    Protocol
	// Ports of the destination.
	Ports []PortRange
	// Answers are the ports of the source to which answers come back. Security groups let all answers pass, network
	// ACLs need not. TCP without answers is no connection and is not listed; other protocols are, with no Answers,
	// because what was sent has left.
	Answers []PortRange
	// Addresses of the destination.
	Addresses []AddressRange
	// Through are the facts that let the traffic pass, from the source to the destination. Default network ACLs, which
	// let everything pass, are not among them.
	Through []Fact
}

func (r Reach) String() string {
	var b strings.Builder
	if r.From != "" {
		fmt.Fprintf(&b, "from %s to ", r.From)
	}
	fmt.Fprintf(&b, "%s %s", r.Destination.Kind, r.Destination.Name)
	if r.Destination.Service != "" {
		fmt.Fprintf(&b, " [%s]", r.Destination.Service)
	}
	fmt.Fprintf(&b, " on %s", r.Protocol)
	if r.Protocol.hasPorts() {
		fmt.Fprintf(&b, " %s", ports(r.Ports))
	}
	if len(r.Answers) == 0 {
		b.WriteString(", without answers")
	} else if r.Protocol.hasPorts() && r.Answers[0] != allPorts {
		fmt.Fprintf(&b, ", answers to %s", ports(r.Answers))
	}
	if len(r.Addresses) > 0 {
		fmt.Fprintf(&b, ", at %s", strings.Trim(fmt.Sprint(r.Addresses), "[]"))
	}
	for i, f := range r.Through {
		b.WriteString([]string{", by ", " > "}[min(i, 1)] + f.String())
	}
	return b.String()
}

// collector gathers answers that differ only in their addresses.
type collector struct {
	found map[string]*Reach
}

func (c *collector) add(r Reach, at ...AddressRange) {
	if c.found == nil {
		c.found = map[string]*Reach{}
	}
	key := r.String()
	known, ok := c.found[key]
	if !ok {
		known = &r
		c.found[key] = known
	}
	known.Addresses = append(known.Addresses, at...)
}

// sorted returns the answers in an order that does not depend on that of the templates.
func (c *collector) sorted() []Reach {
	var out []Reach
	for _, r := range c.found {
		r.Addresses = joined(r.Addresses)
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Reach) int {
		return cmp.Or(
			strings.Compare(a.From, b.From), strings.Compare(string(a.Destination.Kind), string(b.Destination.Kind)),
			strings.Compare(a.Destination.Name, b.Destination.Name), cmp.Compare(a.Protocol, b.Protocol), strings.Compare(a.String(), b.String()),
		)
	})
	return out
}
