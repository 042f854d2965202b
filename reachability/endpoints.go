package reachability

import (
	"fmt"
	"slices"
	"strings"

	"github.com/secureml/environments/facts"
)

func (b *builder) readEndpoint(r *reader) {
	// What a policy admits is decided elsewhere.
	r.skip("PolicyDocument", "Tags")
	v := r.vpc("VpcId")
	if v == nil {
		return
	}
	switch kind := r.text("VpcEndpointType"); kind {
	case "", "Gateway":
		b.readGatewayEndpoint(r, v)
	case "Interface":
		b.readInterfaceEndpoint(r, v)
	default:
		r.fail("VpcEndpointType is %q; only Gateway and Interface are understood", kind)
	}
}

// readGatewayEndpoint puts the route to the service's prefix list into the tables (AWS PrivateLink Guide, "Gateway
// endpoints").
func (b *builder) readGatewayEndpoint(r *reader, v *vpc) {
	r.skip("PrivateDnsEnabled")
	service := r.text("ServiceName")
	list := b.listOf(service, v.region)
	to := Destination{Kind: GatewayEndpoint, Name: r.label, Service: service, PrivateDNS: v.resolver}
	for _, t := range findAll(r, "RouteTableIds", b.tables) {
		if t.vpc != v {
			r.fail("%s is of another VPC", t.label)
		}
		t.routes = append(t.routes, route{list: list, to: to, fact: r.fact("route of %s: %s to %s", t.label, list, service)})
	}
}

// listOf returns the id of the service's prefix list, and the service's own name where the id is not known: no rule can
// refer to that, but one for all addresses covers it.
func (b *builder) listOf(service, region string) string {
	if id, ok := facts.S3PrefixList(region); ok && short(service) == "s3" {
		return id
	}
	for l, of := range b.known {
		if of == service && l.Region == region {
			return l.ID
		}
	}
	b.unnamed = append(b.unnamed, unnamedList{region, service})
	return service
}

// unnamedList is a gateway endpoint's prefix list whose id is not known.
type unnamedList struct{ region, service string }

// checkLists refuses rules for lists that may be, or may not be, those of a gateway endpoint.
func (b *builder) checkLists(lists map[PrefixList]bool) {
	for l := range lists {
		s3, _ := facts.S3PrefixList(l.Region)
		if _, known := b.known[l]; known || l.ID == s3 || !strings.HasPrefix(l.ID, "pl-") {
			continue
		}
		for _, u := range b.unnamed {
			if u.region == l.Region {
				b.errs = append(b.errs, fmt.Errorf("%s in %s may be the prefix list of %s or not; say in Input.PrefixLists which service it belongs to",
					l.ID, l.Region, u.service))
			}
		}
	}
}

func (b *builder) readInterfaceEndpoint(r *reader, v *vpc) {
	r.skip("IpAddressType")
	service := r.text("ServiceName")
	i := Interface{
		Name: r.label, Type: "AWS::EC2::VPCEndpoint", vpc: v,
		subnets: findAll(r, "SubnetIds", b.subnets), groups: b.groupsOf(r, "SecurityGroupIds", v),
	}
	b.sameVPC(r, v, i.subnets, i.groups)
	i.destination = &Destination{
		Kind: ServiceEndpoint, Name: r.label, Service: service,
		PrivateDNS: r.flag("PrivateDnsEnabled", false) && v.resolver && v.hostNames,
	}
	if strings.HasPrefix(service, "/") {
		if value, ok := b.parameters[[3]string{v.account, v.region, service}]; ok {
			service = value
		}
	}
	if strings.HasPrefix(service, "/") || strings.Contains(service, ".vpce-svc-") {
		i.destination.Kind, i.destination.Service = EndpointService, service
		i.service = b.services[short(service)]
	}
	// DnsEntries are <hosted zone>:<name>, the regional name first.
	_, name, _ := strings.Cut(r.attribute("DnsEntries"), ":")
	b.endpoints[name] = &i
	b.addInterface(i)
}

// groupsOf reads an interface's groups. Without any, it has the VPC's default group.
func (b *builder) groupsOf(r *reader, property string, v *vpc) []*group {
	groups := findAll(r, property, b.groups)
	if len(groups) == 0 && r.values[property] == nil && v != nil {
		groups = []*group{v.defaultGroup}
	}
	return groups
}

func (b *builder) sameVPC(r *reader, v *vpc, subnets []*subnet, groups []*group) {
	for _, s := range subnets {
		if s.vpc != v {
			r.fail("the subnet %s is of another VPC", s.label)
		}
	}
	for _, g := range groups {
		if g.vpc != v {
			r.fail("the security group %s is of another VPC", g.label)
		}
	}
}

// endpointService is what load balancers publish through AWS PrivateLink.
type endpointService struct {
	label     string
	account   string
	balancers []*balancer
	// principals that may connect, and the fact that lists them.
	principals []string
	permission Fact
}

func (b *builder) readEndpointService(r *reader) {
	// Where connections wait for acceptance, somebody may accept them.
	r.skip("AcceptanceRequired", "ContributorInsightsEnabled", "PayerResponsibility", "SupportedIpAddressTypes", "Tags")
	s := &endpointService{label: r.label, account: r.view.Account, balancers: findAll(r, "NetworkLoadBalancerArns", b.balancers)}
	register(b.services, s, r.ids("ServiceId")...)
}

func (b *builder) readPermissions(r *reader) {
	s := find(r, "ServiceId", r.text("ServiceId"), b.services)
	principals := r.texts("AllowedPrincipals")
	if s == nil {
		return
	}
	s.principals = append(s.principals, principals...)
	s.permission = r.fact("admits %s", strings.Join(s.principals, ", "))
}

// admits tells whether the account may connect. The owner's own may in any case; a principal may be the whole account,
// one of its identities, or everybody (AWS PrivateLink Guide, "Configure an endpoint service").
func (s *endpointService) admits(account string) (Fact, bool) {
	if account == s.account {
		return Fact{Resource: s.label, Says: "published by the same account"}, true
	}
	ok := slices.ContainsFunc(s.principals, func(p string) bool {
		return p == "*" || p == account || strings.Contains(p, ":"+account+":")
	})
	return s.permission, ok
}
