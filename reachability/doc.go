// Package reachability tells where network traffic can go, from what synthesized templates say. Assertions on a template
// show that a line is there; this shows what all lines together let through, and names those that do.
//
// New reads stacks, Reach answers for one source: the destinations, with protocols, ports and the chain of facts that
// opens each. Sources are what a template gives network interfaces, and every security group, which stands for whatever
// carries it, such as jobs that no template holds. Exposed answers for connections from the internet.
//
// # How it decides
//
// The address space is cut into parts that no rule tells apart, so the answer is exact for every address. Where a template
// leaves something open, it counts as reachable; what is not understood is an error. So silence means closed.
//
//   - Routes: longest prefix; VPC ranges are local; a subnet without an association has the main table. VPC User Guide,
//     "Route priority".
//   - Security groups: stateful; egress of the source and ingress of the destination; ranges, groups, prefix lists. Ports
//     are ignored but for TCP, UDP and ICMP. VPC User Guide, "Security group rules"; EC2 API Reference, IpPermission.
//   - A group that is made without an inline egress rule lets everything out. CloudFormation Template Reference,
//     AWS::EC2::SecurityGroup. That rules of resources of their own may take this rule away again is not counted on.
//   - The default group: everything from itself, everything out. VPC User Guide, "Default security groups for your VPCs".
//   - Network ACLs: stateless, in order of the entries' numbers, not inside a subnet; the default one lets everything pass.
//     An answer comes back to any port of the client that both lists let through. VPC User Guide, "Control subnet traffic
//     with network access control lists".
//   - DNS: no filter sees what goes to the VPC's own resolver. VPC User Guide, "Security groups", "Network ACL basics".
//   - Gateway endpoints: a route to the service's prefix list, more specific than one for all addresses. AWS PrivateLink
//     Guide, "Gateway endpoints". Such lists are known by id only, so a rule for some public addresses may cover them.
//   - Interface endpoints: network interfaces with groups, the default group if none are named. AWS PrivateLink Guide,
//     "Access an AWS service using an interface VPC endpoint". Service names that are parameters of AWS Systems Manager are
//     looked up in the other stacks.
//   - Endpoint services: accounts that the permissions admit, on the ports of the load balancers' listeners; their groups
//     see the client's address, unless they are not asked. AWS PrivateLink Guide, "Configure an endpoint service"; User
//     Guide for Network Load Balancers, "Update the security groups for your Network Load Balancer". What the stacks do not
//     hold counts as open.
//   - Internet gateways: public addresses only, from interfaces that have a public IPv4 address or could be given one; all
//     IPv6 addresses are public. VPC User Guide, "Enable internet access for a VPC using an internet gateway".
//   - Any other target of a route counts as open for everything that the route covers: NAT and egress-only gateways lead to
//     the internet; peering, transit gateways, VPN and appliances lead to networks that the templates do not show. Rules for
//     groups of other VPCs cover all that lies behind peering and transit gateways.
//   - Functions without a VPC, notebook instances with direct internet access, Studio domains that are not VpcOnly, and
//     models with neither VPC nor network isolation reach the internet through networks of AWS.
//
// # What it understands
//
// Understood lists the types; of each, every property is read, or known to have no influence:
//
//   - AWS::EC2:: VPC, VPCCidrBlock, Subnet, SubnetRouteTableAssociation, SubnetNetworkAclAssociation, RouteTable, Route,
//     VPNGatewayRoutePropagation, NetworkAcl, NetworkAclEntry, SecurityGroup, SecurityGroupIngress, SecurityGroupEgress,
//     PrefixList, VPCEndpoint, VPCEndpointService, VPCEndpointServicePermissions, InternetGateway, VPCGatewayAttachment,
//     EgressOnlyInternetGateway, NatGateway, EIP, VPCPeeringConnection, TransitGateway, TransitGatewayAttachment,
//     TransitGatewayVpcAttachment, VPNGateway
//   - AWS::ElasticLoadBalancingV2:: LoadBalancer (network and application), Listener, TargetGroup
//   - AWS::ECS:: Service (awsvpc); AWS::Lambda:: Function; AWS::SageMaker:: Domain, NotebookInstance, Model
//   - AWS::Route53:: HostedZone, RecordSet and AWS::SSM:: Parameter, for the names of endpoints
//
// types.go also lists types that carry no traffic. Every other type is an error, among them nested stacks and custom
// resources, which could do anything; so are conditions of these resources, macros, and ranges of addresses that are known
// at deployment only.
//
// # What it leaves out
//
// Endpoint policies and everything else that IAM decides (package decisions). DNS Firewall: a name that does not resolve
// closes no address. What stays on the host or its link: instance metadata, time, DHCP. What comes in from peered networks,
// transit gateways and VPN, whose sides the templates do not show, and whether endpoint and service have a zone in common.
// What AWS does beside the VPC: SageMaker's platform fetches images and writes logs of jobs through a network of its own.
package reachability
