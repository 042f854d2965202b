package reachability

// balancer is a load balancer behind its interface.
type balancer struct {
	label string
	iface *Interface
	// filtersPrivateLink tells that its security groups see traffic that comes through AWS PrivateLink.
	filtersPrivateLink bool
}

func (b *builder) readBalancer(r *reader) {
	r.skip("EnableCapacityReservationProvisionStabilize", "IpAddressType", "LoadBalancerAttributes", "MinimumLoadBalancerCapacity", "Name", "Tags")
	kind := r.text("Type")
	if kind != "network" && kind != "application" && kind != "" {
		r.fail("Type is %q; only network and application are understood", kind)
	}
	subnets := findAll(r, "Subnets", b.subnets)
	for _, m := range r.objects("SubnetMappings") {
		m.skip("AllocationId", "IPv6Address", "PrivateIPv4Address", "SourceNatIpv6Prefix")
		if s := find(m, "SubnetId", m.text("SubnetId"), b.subnets); s != nil {
			subnets = append(subnets, s)
		}
		m.done()
	}
	v := r.oneVPC(subnets)
	if v == nil {
		r.fail("no subnets")
		return
	}
	i := Interface{
		Name: r.label, Type: "AWS::ElasticLoadBalancingV2::LoadBalancer", vpc: v, subnets: subnets,
		assignable: r.text("Scheme") != "internal", listening: []listening{},
	}
	if kind == "network" {
		// "Update the security groups for your Network Load Balancer": one may have none, and then filters nothing.
		i.groups = findAll(r, "SecurityGroups", b.groups)
		i.unfiltered = len(i.groups) == 0
	} else {
		i.groups = b.groupsOf(r, "SecurityGroups", v)
	}
	b.sameVPC(r, v, subnets, i.groups)
	filters := r.text("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic") != "off"
	register(b.balancers, &balancer{label: r.label, iface: &i, filtersPrivateLink: filters}, r.ids("LoadBalancerArn")...)
	b.loadBalancers = append(b.loadBalancers, &i)
}

// listenerProtocols of load balancers, and what they are on the wire.
var listenerProtocols = map[string][]Protocol{
	"HTTP": {TCP}, "HTTPS": {TCP}, "TCP": {TCP}, "TLS": {TCP}, "UDP": {UDP}, "TCP_UDP": {TCP, UDP},
}

func (b *builder) readListener(r *reader) {
	// Where a listener sends what it takes is a connection of the load balancer's own.
	r.skip("AlpnPolicy", "Certificates", "DefaultActions", "ListenerAttributes", "MutualAuthentication", "SslPolicy", "Tags")
	lb := find(r, "LoadBalancerArn", r.text("LoadBalancerArn"), b.balancers)
	name := r.text("Protocol")
	protocols, ok := listenerProtocols[name]
	if !ok {
		r.fail("Protocol %q is not understood", name)
	}
	port, hasPort := r.number("Port")
	if !hasPort || port < 1 || port > lastPort {
		r.fail("Port is missing, or not 1 to %d", lastPort)
		return
	}
	for _, p := range protocols {
		if lb != nil {
			lb.iface.listening = append(lb.iface.listening, listening{p, uint16(port), r.fact("listens on %s %d", p, port)})
		}
	}
}

// readTargetGroup reads targets: those with an address in the VPC are interfaces of their own, and filtered as such.
func (b *builder) readTargetGroup(r *reader) {
	r.skip("HealthCheckEnabled", "HealthCheckIntervalSeconds", "HealthCheckPath", "HealthCheckPort", "HealthCheckProtocol",
		"HealthCheckTimeoutSeconds", "HealthyThresholdCount", "IpAddressType", "Matcher", "Name", "Port", "Protocol",
		"ProtocolVersion", "Tags", "TargetGroupAttributes", "TargetType", "UnhealthyThresholdCount", "VpcId")
}
