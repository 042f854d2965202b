package reachability

import (
	"net/netip"
	"slices"
)

func (b *builder) readVPC(r *reader) {
	r.skip("Tags", "InstanceTenancy")
	v := &vpc{
		label: r.label, account: r.view.Account, region: r.view.Region, aliases: map[string][]string{},
		resolver: r.flag("EnableDnsSupport", true), hostNames: r.flag("EnableDnsHostnames", false),
	}
	if p := r.prefix("CidrBlock"); p.IsValid() {
		v.ranges = []netip.Prefix{p}
	} else {
		r.fail("CidrBlock is missing; a range that is known at deployment only cannot be judged")
	}
	register(b.vpcs, v, r.ids("VpcId")...)
	v.mainTable = newRouteTable(r.label+".MainRouteTable", v)
	groupID, aclID := r.attribute("DefaultSecurityGroup"), r.attribute("DefaultNetworkAcl")
	v.defaultGroup = defaultGroup(r.label+".DefaultSecurityGroup", groupID, v)
	v.defaultACL = defaultACL(r.label+".DefaultNetworkAcl", v)
	register(b.groups, v.defaultGroup, groupID)
	register(b.acls, v.defaultACL, aclID)
}

func (b *builder) readVPCRange(r *reader) {
	r.skip("Ipv6Pool", "Ipv6CidrBlockNetworkBorderGroup")
	v := r.vpc("VpcId")
	if r.flag("AmazonProvidedIpv6CidrBlock", false) {
		r.fail("AmazonProvidedIpv6CidrBlock: a range that is known at deployment only cannot be judged")
	}
	for _, property := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		if p := r.prefix(property); p.IsValid() && v != nil {
			v.ranges = append(v.ranges, p)
		}
	}
}

func (b *builder) readSubnet(r *reader) {
	r.skip("AssignIpv6AddressOnCreation", "AvailabilityZone", "AvailabilityZoneId", "EnableDns64", "Ipv6Native",
		"PrivateDnsNameOptionsOnLaunch", "Tags")
	v := r.vpc("VpcId")
	if v == nil {
		return
	}
	s := &subnet{label: r.label, vpc: v, table: v.mainTable, acl: v.defaultACL}
	for _, property := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		p := r.prefix(property)
		if !p.IsValid() {
			continue
		}
		if !slices.ContainsFunc(v.ranges, func(whole netip.Prefix) bool { return whole.Contains(p.Addr()) && whole.Bits() <= p.Bits() }) {
			r.fail("%s is not inside of %s", p, v.label)
		}
		s.ranges = append(s.ranges, p)
	}
	if len(s.ranges) == 0 {
		r.fail("CidrBlock is missing; a range that is known at deployment only cannot be judged")
	}
	if r.flag("MapPublicIpOnLaunch", false) {
		fact := r.fact("MapPublicIpOnLaunch: interfaces get a public address")
		s.public = &fact
	}
	register(b.subnets, s, r.ids("SubnetId")...)
	v.subnets = append(v.subnets, s)
}

// readParameter remembers the values of AWS Systems Manager's parameters: names of endpoint services travel in them.
func (b *builder) readParameter(r *reader) {
	b.parameters[[3]string{r.view.Account, r.view.Region, r.text("Name")}] = r.text("Value")
	r.skip("AllowedPattern", "DataType", "Description", "Policies", "Tags", "Tier", "Type")
}

// zone is a private hosted zone.
type zone struct{ vpcs []*vpc }

func (b *builder) readZone(r *reader) {
	r.skip("HostedZoneConfig", "HostedZoneFeatures", "HostedZoneTags", "Name", "QueryLoggingConfig")
	z := &zone{}
	for _, o := range r.objects("VPCs") {
		o.skip("VPCRegion")
		// A zone may serve VPCs of other stacks too.
		if v := b.vpcs[o.text("VPCId")]; v != nil {
			z.vpcs = append(z.vpcs, v)
		}
		o.done()
	}
	register(b.zones, z, r.ids("Id")...)
}

// readRecord finds names of endpoints. Every other record is a name only, which opens no way to an address.
func (b *builder) readRecord(r *reader) {
	r.skip("CidrRoutingConfig", "Comment", "Failover", "GeoLocation", "GeoProximityLocation", "HealthCheckId", "HostedZoneName",
		"MultiValueAnswer", "Region", "ResourceRecords", "SetIdentifier", "TTL", "Type", "Weight")
	name, z, alias := r.text("Name"), b.zones[r.text("HostedZoneId")], r.object("AliasTarget")
	if alias == nil || z == nil {
		return
	}
	alias.skip("EvaluateTargetHealth", "HostedZoneId")
	target := alias.text("DNSName")
	alias.done()
	e := b.endpoints[target]
	if e == nil || !slices.Contains(z.vpcs, e.vpc) || !e.vpc.resolver {
		return
	}
	e.destination.Aliases = append(e.destination.Aliases, name)
	slices.Sort(e.destination.Aliases)
}
