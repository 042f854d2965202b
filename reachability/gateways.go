package reachability

// connect notes a way out of the VPC.
func (b *builder) connect(v *vpc, kind Kind, label string) {
	if v != nil {
		b.connections = append(b.connections, Connection{VPC: v.label, Kind: kind, Resource: label})
	}
}

func (b *builder) readInternetGateway(r *reader) {
	r.skip("Tags")
	g := gateway{to: Destination{Kind: Internet, Name: r.label}, publicOnly: true, admits: true}
	register(b.gateways, g, r.ids("InternetGatewayId")...)
}

func (b *builder) readEgressOnlyGateway(r *reader) {
	r.skip("Tags")
	register(b.gateways, gateway{to: Destination{Kind: Internet, Name: r.label}, publicOnly: true}, r.ids("Id")...)
	b.connect(r.vpc("VpcId"), Internet, r.label)
}

func (b *builder) readVPNGateway(r *reader) {
	r.skip("Tags", "Type", "AmazonSideAsn")
	register(b.gateways, gateway{to: Destination{Kind: VPN, Name: r.label}}, r.ids("VPNGatewayId")...)
}

func (b *builder) readTransitGateway(r *reader) {
	// Its own tables and defaults decide what lies behind it, all of which counts as reachable.
	r.skip("AmazonSideAsn", "AssociationDefaultRouteTableId", "AutoAcceptSharedAttachments", "DefaultRouteTableAssociation",
		"DefaultRouteTablePropagation", "Description", "DnsSupport", "EncryptionSupport", "MulticastSupport",
		"PropagationDefaultRouteTableId", "SecurityGroupReferencingSupport", "Tags", "TransitGatewayCidrBlocks", "VpnEcmpSupport")
	register(b.gateways, gateway{to: Destination{Kind: TransitGateway, Name: r.label}}, r.ids("Id")...)
}

func (b *builder) readPeering(r *reader) {
	r.skip("Tags", "PeerOwnerId", "PeerRegion", "PeerRoleArn", "AssumeRoleRegion")
	register(b.gateways, gateway{to: Destination{Kind: PeeredVPC, Name: r.label}}, r.ids("Id")...)
	b.connect(r.vpc("VpcId"), PeeredVPC, r.label)
	// The other VPC is often somebody else's.
	b.connect(b.vpcs[r.text("PeerVpcId")], PeeredVPC, r.label)
}

func (b *builder) readGatewayAttachment(r *reader) {
	v := r.vpc("VpcId")
	for _, property := range []string{"InternetGatewayId", "VpnGatewayId"} {
		id := r.text(property)
		if id == "" {
			continue
		}
		kind := VPN
		if property == "InternetGatewayId" {
			kind = Internet
		}
		b.connect(v, kind, r.label)
	}
}

func (b *builder) readTransitAttachment(r *reader) {
	r.skip("AddSubnetIds", "RemoveSubnetIds", "Options", "SubnetIds", "Tags", "TransitGatewayId")
	b.connect(r.vpc("VpcId"), TransitGateway, r.label)
}

// readNAT reads a NAT gateway. What its own subnet's routes let through is not asked: a route to it counts as open.
func (b *builder) readNAT(r *reader) {
	r.skip("AllocationId", "MaxDrainDurationSeconds", "PrivateIpAddress", "SecondaryAllocationIds", "SecondaryPrivateIpAddressCount",
		"SecondaryPrivateIpAddresses", "Tags")
	kind := Internet
	switch connectivity := r.text("ConnectivityType"); connectivity {
	case "", "public":
	case "private":
		kind = Elsewhere
	default:
		r.fail("ConnectivityType is %q; write public or private", connectivity)
	}
	register(b.gateways, gateway{to: Destination{Kind: kind, Name: r.label}}, r.ids("NatGatewayId")...)
	if s := find(r, "SubnetId", r.text("SubnetId"), b.subnets); s != nil {
		b.connect(s.vpc, kind, r.label)
	}
}

// readAddress reads an Elastic IP address. It opens nothing by itself; one that is bound to an instance is not understood.
func (b *builder) readAddress(r *reader) {
	r.skip("Address", "Domain", "IpamPoolId", "NetworkBorderGroup", "PublicIpv4Pool", "Tags", "TransferAddress")
}
