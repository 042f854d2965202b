package plan

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/facts"
)

// Plan is everything that one configuration file describes.
type Plan struct {
	// OrganizationID in AWS Organizations, empty if it is not configured.
	OrganizationID string
	SharedServices []SharedServices
	Environments   []Environment
}

// Target is where a stack is deployed to.
type Target struct {
	// Account is empty for the account of the deployer's credentials.
	Account   string
	Region    string
	Partition string
	DNSSuffix string
}

// Deployment names the roles that deploy.
type Deployment struct {
	// Qualifier of the CDK bootstrap stack in the target account and region.
	Qualifier string
	// RoleNames of further roles in the target account, without path.
	RoleNames []string
}

// RoleARNs are the CDK's role for CloudFormation and those configured.
func (d Deployment) RoleARNs(partition, account, region string) []string {
	role := "arn:" + partition + ":iam::" + account + ":role/"
	roles := []string{role + "cdk-" + d.Qualifier + "-cfn-exec-role-" + account + "-" + region}
	for _, name := range d.RoleNames {
		roles = append(roles, role+name)
	}
	return roles
}

// New makes the plan of a configuration that config.Load has accepted.
func New(org *config.Organization) Plan {
	p := Plan{OrganizationID: org.OrganizationID}
	shared := map[string]SharedServices{}
	for _, project := range org.Projects {
		for _, environment := range project.Environments {
			region := environment.Region
			if _, ok := shared[region]; !ok {
				shared[region] = sharedServices(org, region)
				p.SharedServices = append(p.SharedServices, shared[region])
			}
			p.Environments = append(p.Environments, projectEnvironment(org, project, environment, shared[region]))
		}
	}
	return p
}

func target(account, region string) Target {
	r, _ := facts.LookupRegion(region)
	return Target{Account: account, Region: region, Partition: r.Partition, DNSSuffix: facts.DNSSuffix(r.Partition)}
}

func deployment(org *config.Organization) Deployment {
	return Deployment{Qualifier: org.Deployment.Qualifier, RoleNames: org.Deployment.RoleNames}
}

// network lays out a VPC: one subnet in each zone, of equal size.
func network(org *config.Organization, n config.Network, region string) Network {
	zones := max(n.AvailabilityZones, len(n.AvailabilityZoneIDs))
	out := Network{CIDR: n.CIDR, S3PrefixList: org.S3PrefixLists[region], AllowedDomains: n.AllowedDomains}
	if known, ok := facts.S3PrefixList(region); ok {
		out.S3PrefixList = known
	}
	for i, cidr := range subnetCIDRs(n.CIDR, zones) {
		subnet := Subnet{CIDR: cidr}
		if i < len(n.AvailabilityZoneIDs) {
			subnet.ZoneID = n.AvailabilityZoneIDs[i]
		}
		out.Subnets = append(out.Subnets, subnet)
	}
	return out
}

// subnetCIDRs divides the range into the next power of two parts and returns the first ones.
func subnetCIDRs(cidr string, count int) []string {
	prefix := netip.MustParsePrefix(cidr)
	bits := prefix.Bits()
	for parts := 1; parts < count; parts *= 2 {
		bits++
	}
	var cidrs []string
	address := prefix.Addr()
	for range count {
		subnet := netip.PrefixFrom(address, bits)
		cidrs = append(cidrs, subnet.String())
		address = last(subnet).Next()
	}
	return cidrs
}

// last address of an IPv4 range.
func last(p netip.Prefix) netip.Addr {
	a := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		a[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(a)
}

func seconds(d config.Duration) int { return int(time.Duration(d) / time.Second) }

// expand replaces the placeholders of a configured name.
func expand(name, project, environment string) string {
	return strings.NewReplacer("{project}", project, "{environment}", environment).Replace(name)
}

// sharesAccount tells whether another environment has the same account and region. An account that is not configured
// is the deployer's, the same for all.
func sharesAccount(org *config.Organization, project string, e config.Environment) bool {
	return slices.ContainsFunc(org.Projects, func(p config.Project) bool {
		return slices.ContainsFunc(p.Environments, func(other config.Environment) bool {
			same := p.Name == project && other.Name == e.Name
			return !same && other.Account == e.Account && other.Region == e.Region
		})
	})
}

func access(org *config.Organization, partition, account, project, environment string) Access {
	a := Access{CorporateCIDRs: org.Access.CorporateCIDRs}
	switch in := org.Access; {
	case in.SAML != nil:
		a.SAMLProvider = in.SAML.Provider
	case in.IdentityCenter != nil:
		a.PermissionSets = map[controls.Persona]string{}
		for persona, name := range in.IdentityCenter.PermissionSets {
			a.PermissionSets[controls.Persona(persona)] = expand(name, project, environment)
		}
	default:
		a.MFA, a.MFAAccount = true, in.AccountMFA.Account
	}
	return a
}
