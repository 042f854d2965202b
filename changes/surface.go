package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
)

// waysOut are types of which each resource is a way in from, or out to, somebody else.
var waysOut = map[string]string{
	"AWS::ApiGateway::RestApi":                       "an interface on the internet",
	"AWS::ApiGatewayV2::Api":                         "an interface on the internet",
	"AWS::CloudFront::Distribution":                  "a site on the internet",
	"AWS::EC2::CarrierGateway":                       "a way to a mobile network",
	"AWS::EC2::ClientVpnEndpoint":                    "a way in for clients",
	"AWS::EC2::EIP":                                  "a public address",
	"AWS::EC2::EgressOnlyInternetGateway":            "a way to the internet",
	"AWS::EC2::InternetGateway":                      "a way to the internet",
	"AWS::EC2::LocalGatewayRouteTableVPCAssociation": "a way to a local network",
	"AWS::EC2::NatGateway":                           "a way to the internet",
	"AWS::EC2::TransitGatewayAttachment":             "a way to other networks",
	"AWS::EC2::TransitGatewayVpcAttachment":          "a way to other networks",
	"AWS::EC2::VPCGatewayAttachment":                 "a way out of the VPC",
	"AWS::EC2::VPCPeeringConnection":                 "a way to another VPC",
	"AWS::EC2::VPNConnection":                        "a way to another network",
	"AWS::EC2::VPNGateway":                           "a way to another network",
	"AWS::Lambda::Url":                               "an interface on the internet",
	"AWS::NetworkManager::VpcAttachment":             "a way to other networks",
	"AWS::RAM::ResourceShare":                        "resources shared with other accounts",
	"AWS::S3::MultiRegionAccessPoint":                "a way to buckets in other regions",
	"AWS::Transfer::Server":                          "a file server",
	"AWS::VpcLattice::ServiceNetworkVpcAssociation":  "a way to other networks",
}

// surface finds new ways in and out.
func (c *comparison) surface() {
	for _, id := range c.added {
		c.addWayOut(id, c.after.resources[id])
	}
	for _, p := range c.pairs {
		if p.after.Type == "AWS::Lambda::Permission" && canonical(p.before.Properties) != canonical(p.after.Properties) {
			c.addWayOut(p.id, p.after)
		}
		if p.after.Type == "AWS::EC2::Route" && canonical(routeTarget(p.before)) != canonical(routeTarget(p.after)) {
			c.addWayOut(p.id, p.after)
		}
		for _, list := range widened[p.after.Type] {
			c.addListed(p, list)
		}
	}
	c.securityGroups()
	c.domainLists()
}

func (c *comparison) addWayOut(id string, r inventory.Resource) {
	change := Change{
		Class: PublicSurface, Severity: Critical, Resource: id, After: waysOut[r.Type],
		Why: "It opens " + waysOut[r.Type] + ".", Do: "Reach AWS services through VPC endpoints; take the resource out.",
	}
	switch r.Type {
	case "AWS::EC2::Route":
		target := routeTarget(r)
		if target == nil {
			return
		}
		change.After = "to " + text(target)
		change.Why = "The route leads out of the VPC: " + text(at(r.Properties, "DestinationCidrBlock")) + "."
	case "AWS::Lambda::Permission":
		c.addInvoker(id, r)
		return
	case "AWS::EC2::VPCEndpoint":
		if len(c.before.resources) == 0 {
			return // a new stack is made of them
		}
		change.Severity, change.After = Low, text(r.Properties["ServiceName"])
		change.Why, change.Do = "The VPC reaches one more service, as far as the endpoint's policy allows.", "Make sure that a feature needs it."
	case "AWS::ElasticLoadBalancingV2::Listener":
		change.Severity, change.After = High, text(r.Properties["Protocol"])+" "+text(r.Properties["Port"])
		if len(c.before.resources) == 0 {
			change.Severity = Low
		}
		change.Why, change.Do = "The load balancer answers on one more port.", "Make sure that it is meant, encrypted, and limited by a security group."
	default:
		if waysOut[r.Type] == "" {
			c.addOpen(id, r)
			return
		}
	}
	c.add(change)
}

// addInvoker records whom a function's permission lets in from outside: another account, everybody, or a service on
// behalf of whoever asks it.
func (c *comparison) addInvoker(id string, r inventory.Resource) {
	principal := text(r.Properties["Principal"])
	change := Change{
		Class: PublicSurface, Severity: Critical, Resource: id, Property: "Principal", After: principal,
		Why: "Somebody outside the account may invoke the function.", Do: "Admit the own account or a service, with its SourceArn.",
	}
	switch service := strings.HasSuffix(principal, ".amazonaws.com"); {
	case service && (r.Properties["SourceArn"] != nil || r.Properties["SourceAccount"] != nil):
		return
	case service:
		change.Severity = High
		change.Why = "The service invokes the function for any account that asks it to."
	case c.isOwn(principal):
		return
	}
	c.add(change)
}

// isOwn tells whether a principal is of the own account: its number, or an ARN in it.
func (c *comparison) isOwn(principal string) bool {
	parts := strings.Split(principal, ":")
	return principal == c.after.account || len(parts) > 4 && parts[4] == c.after.account
}

// addOpen records a new resource that is itself on a public network.
func (c *comparison) addOpen(id string, r inventory.Resource) {
	for _, s := range settings {
		if s.class != PublicSurface || s.kind != r.Type && s.kind != "" {
			continue
		}
		if open := at(r.Properties, s.path); s.isOpen != nil && s.isOpen(open) {
			c.add(Change{Class: PublicSurface, Severity: Critical, Resource: id, Property: s.path, After: text(open), Why: s.why, Do: s.do})
		}
	}
}

// routeTarget is what the route leads to, nil for a VPC endpoint, which is inside.
func routeTarget(r inventory.Resource) any {
	for _, name := range []string{
		"CarrierGatewayId", "CoreNetworkArn", "EgressOnlyInternetGatewayId", "GatewayId", "InstanceId", "LocalGatewayId", "NatGatewayId",
		"NetworkInterfaceId", "TransitGatewayId", "VpcPeeringConnectionId",
	} {
		if r.Properties[name] != nil {
			return r.Properties[name]
		}
	}
	return nil
}

// grownList is a property whose every further element opens something.
type grownList struct {
	path, why string
	severity  Severity
}

var widened = map[string][]grownList{
	"AWS::CodeArtifact::Repository": {
		{"ExternalConnections", "Packages from a public index come in, unchecked.", High},
		{"Upstreams", "Packages come in from one more repository.", High},
	},
	"AWS::EC2::VPCEndpointServicePermissions": {{"AllowedPrincipals", "Another account may connect to the service.", High}},
	"AWS::EC2::VPCEndpoint": {
		{"RouteTableIds", "More subnets reach the service.", Low},
		{"SubnetIds", "The endpoint has an address in more subnets.", Low},
	},
}

func (c *comparison) addListed(p pair, list grownList) {
	var before []string
	for _, value := range listOf(p.before.Properties[list.path]) {
		before = append(before, canonical(value))
	}
	for _, value := range listOf(p.after.Properties[list.path]) {
		if !slices.Contains(before, canonical(value)) {
			c.add(Change{
				Class: PublicSurface, Severity: list.severity, Resource: p.id, Property: list.path, After: text(value), Why: list.why,
				Do: "Make sure that it is meant.",
			})
		}
	}
}

// domainLists finds names that the DNS Firewall resolves and did not before.
func (c *comparison) domainLists() {
	allowed := map[string]bool{}
	for _, r := range c.after.resources {
		for _, rule := range listOf(r.Properties["FirewallRules"]) {
			if m, ok := rule.(map[string]any); ok && m["Action"] == "ALLOW" {
				allowed[reference(m["FirewallDomainListId"])] = true
			}
		}
	}
	for _, p := range c.pairs {
		isAllowed := p.after.Type == "AWS::Route53Resolver::FirewallDomainList" && allowed[c.after.physical(p.id)]
		before, after := listOf(p.before.Properties["Domains"]), listOf(p.after.Properties["Domains"])
		for _, name := range after {
			if isAllowed && !slices.ContainsFunc(before, func(b any) bool { return canonical(b) == canonical(name) }) {
				c.add(Change{
					Class: PublicSurface, Severity: High, Resource: p.id, Property: "Domains", After: text(name),
					Why: "The name resolves, and queries below it carry data out to whoever answers them.",
					Do:  "Allow only names of AWS and of your own.",
				})
			}
		}
		if p.after.Type == "AWS::Route53Resolver::FirewallRuleGroup" {
			was, is := blocks(p.before), blocks(p.after)
			if is < was {
				c.add(Change{
					Class: LostControl, Severity: High, Resource: p.id, Property: "FirewallRules",
					Before: fmt.Sprint(was, " blocking"), After: fmt.Sprint(is, " blocking"),
					Why: "Names that were blocked resolve.", Do: "Keep the rule that blocks all names last.",
				})
			}
		}
	}
}

func blocks(r inventory.Resource) int {
	count := 0
	for _, action := range at(r.Properties, "FirewallRules.Action") {
		if action == "BLOCK" {
			count++
		}
	}
	return count
}
