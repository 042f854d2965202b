package reachability

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
)

// Network is what stacks say about where traffic can go.
type Network struct {
	interfaces  []Interface
	connections []Connection
	// protocols that have a name here, or are named by a rule, and Other.
	protocols []Protocol
	places    []place

	// All by the id that AWS would give.
	vpcs        map[string]*vpc
	subnets     map[string]*subnet
	groups      map[string]*group
	tables      map[string]*routeTable
	acls        map[string]*acl
	prefixLists map[string]*prefixList
	gateways    map[string]gateway
	balancers   map[string]*balancer
	services    map[string]*endpointService
	endpoints   map[string]*Interface
	zones       map[string]*zone
	// parameters of AWS Systems Manager by account, region and name.
	parameters map[[3]string]string
}

// Input is what New reads.
type Input struct {
	// Views are the stacks; those that use each other's endpoint services should be given together.
	Views []inventory.View
	// PrefixLists are the services, such as com.amazonaws.eu-west-1.dynamodb, of prefix lists that AWS manages. Those of
	// Amazon S3 that package facts knows need not be given.
	PrefixLists map[PrefixList]string
}

// PrefixList is a prefix list that AWS manages; its id is valid in its region only.
type PrefixList struct{ Region, ID string }

// Interface is what has network interfaces, or could have: a security group stands for whatever carries it or will.
type Interface struct {
	// Name is the stack and logical id, Type the type of the resource.
	Name, Type string
	// VPC, Subnets and Groups are stacks and logical ids. They are empty for what runs outside of any VPC.
	VPC     string
	Subnets []string
	Groups  []string

	vpc     *vpc
	subnets []*subnet
	groups  []*group
	// unfiltered has no security group, as a Network Load Balancer may have.
	unfiltered bool
	// assignable tells that the interface has a public address or can be given one.
	assignable bool
	// outside says why the interface, or another of the same thing, is outside of any VPC.
	outside *Fact
	// listening are the ports that are answered, each with the fact that says so; nil for any.
	listening []listening
	// destination is set for endpoints. Connections to an endpoint service end at its load balancers.
	destination *Destination
	service     *endpointService
}

// Connection joins a VPC to something outside of it. It carries nothing until a route leads there.
type Connection struct {
	// VPC and Resource are stacks and logical ids.
	VPC, Resource string
	Kind          Kind
}

// Interfaces are all sources, by name.
func (n *Network) Interfaces() []Interface { return n.interfaces }

// Interface returns the source of that name.
func (n *Network) Interface(name string) (Interface, bool) {
	for _, i := range n.interfaces {
		if i.Name == name {
			return i, true
		}
	}
	return Interface{}, false
}

// Group returns what the security group with that id stands for.
func (n *Network) Group(id string) (Interface, bool) {
	g, ok := n.groups[id]
	if !ok {
		return Interface{}, false
	}
	return n.Interface(g.label)
}

// Connections are all ways out of a VPC, with or without a route that uses them. Endpoints are not among them.
func (n *Network) Connections() []Connection { return n.connections }

type vpc struct {
	label           string
	account, region string
	ranges          []netip.Prefix
	// resolver tells that the Amazon-provided DNS server answers, hostNames that endpoints can have private names.
	resolver, hostNames bool
	defaultGroup        *group
	defaultACL          *acl
	mainTable           *routeTable
	subnets             []*subnet
	aliases             map[string][]string
}

type subnet struct {
	label  string
	vpc    *vpc
	ranges []netip.Prefix
	table  *routeTable
	acl    *acl
	// associations so far, of which there can be one each.
	tableSet, aclSet bool
	// public is the fact that interfaces get a public address when they are made.
	public *Fact
}

type group struct {
	label, id       string
	vpc             *vpc
	egress, ingress []rule
}

// rule of a security group. Exactly one of ranges, list and group is set.
type rule struct {
	selector
	ranges []netip.Prefix
	// list is an AWS-managed prefix list of the group's region.
	list  string
	group string
	fact  Fact
}

// prefixList is one that the customer manages.
type prefixList struct{ ranges []netip.Prefix }

// listening is a port that a load balancer answers.
type listening struct {
	protocol Protocol
	port     uint16
	fact     Fact
}

// New reads the network of the stacks. It fails, with all mistakes at once, on what it does not understand: resource types
// of which it is not known whether they carry traffic, properties of networking resources, references to what the stacks
// do not hold, and rules that AWS would refuse.
func New(in Input) (*Network, error) {
	b := newBuilder(in)
	for _, v := range in.Views {
		b.collect(v)
	}
	slices.SortFunc(b.pending, func(x, y pendingResource) int {
		if x.kind.phase != y.kind.phase {
			return x.kind.phase - y.kind.phase
		}
		return strings.Compare(x.label, y.label)
	})
	for _, p := range b.pending {
		p.readInto(b)
	}
	for _, i := range b.loadBalancers {
		b.addInterface(*i)
	}
	b.addGroups()
	b.survey()
	slices.SortFunc(b.interfaces, func(x, y Interface) int { return strings.Compare(x.Name, y.Name) })
	slices.SortFunc(b.connections, func(x, y Connection) int {
		return strings.Compare(x.VPC+"\x00"+x.Resource, y.VPC+"\x00"+y.Resource)
	})
	if len(b.errs) > 0 {
		return nil, errors.Join(b.errs...)
	}
	return b.Network, nil
}

// addGroups makes every security group a source and a destination: jobs and workbenches, for example, are in no template.
func (b *builder) addGroups() {
	for id, g := range b.groups {
		if id != g.id {
			continue // another name of the same group
		}
		b.addInterface(Interface{
			Name: g.label, Type: "AWS::EC2::SecurityGroup", vpc: g.vpc, subnets: g.vpc.subnets, groups: []*group{g}, assignable: true,
		})
	}
}

func (b *builder) addInterface(i Interface) {
	if i.vpc != nil {
		i.VPC = i.vpc.label
	}
	for _, s := range i.subnets {
		i.Subnets = append(i.Subnets, s.label)
	}
	for _, g := range i.groups {
		i.Groups = append(i.Groups, g.label)
	}
	slices.Sort(i.Subnets)
	slices.Sort(i.Groups)
	b.interfaces = append(b.interfaces, i)
}

// survey finds the protocols and places that rules and routes tell apart.
func (b *builder) survey() {
	named := map[Protocol]bool{TCP: true, UDP: true, ICMP: true, ICMPv6: true, ESP: true, Other: true}
	var ranges []netip.Prefix
	lists := map[PrefixList]bool{}
	for _, g := range b.groups {
		for _, r := range slices.Concat(g.egress, g.ingress) {
			named[r.protocol] = true
			ranges = append(ranges, r.ranges...)
			if r.list != "" {
				lists[PrefixList{g.vpc.region, r.list}] = true
			}
		}
	}
	for _, v := range b.vpcs {
		ranges = append(ranges, v.ranges...)
	}
	for _, s := range b.subnets {
		ranges = append(ranges, s.ranges...)
		for _, e := range slices.Concat(s.acl.egress, s.acl.ingress) {
			named[e.protocol] = true
			ranges = append(ranges, e.prefix)
		}
		for _, r := range s.table.routes {
			ranges = append(ranges, r.ranges...)
			if r.list != "" {
				lists[PrefixList{s.vpc.region, r.list}] = true
			}
		}
	}
	b.protocols = slices.Sorted(maps.Keys(named))
	b.checkLists(lists)
	b.places = divide(ranges)
	for l := range lists {
		b.places = append(b.places, place{AddressRange: AddressRange{List: l.ID}, region: l.Region})
	}
}

// protocolOf reads what templates call a protocol: a name, a number, or -1 for all.
func protocolOf(text string) (selector, error) {
	for p, name := range protocolNames {
		if strings.EqualFold(text, name) && p != Other {
			return selector{protocol: p, ports: allPorts}, nil
		}
	}
	var number int
	if _, err := fmt.Sscanf(text+"\n", "%d\n", &number); err != nil || number < -1 || number > 255 {
		return selector{}, fmt.Errorf("protocol %q: write tcp, udp, icmp, icmpv6, a number from 0 to 255, or -1 for all", text)
	}
	if number == -1 {
		return selector{every: true, protocol: Other, ports: allPorts}, nil
	}
	return selector{protocol: Protocol(number), ports: allPorts}, nil
}
