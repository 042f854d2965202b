package reachability_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/internal/assemblytest"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/reachability"
)

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

// example is one of the example configurations, synthesized.
type example struct {
	plan    plan.Plan
	views   []inventory.View
	network *reachability.Network
}

// examples are synthesized once.
var examples = sync.OnceValues(func() (map[string]example, error) {
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) < 3 {
		return nil, fmt.Errorf("%d examples: %v", len(files), err)
	}
	out := map[string]example{}
	for _, file := range files {
		if out[filepath.Base(file)], err = synthesize(file); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return out, nil
})

func synthesize(file string) (example, error) {
	p, assembly, err := assemblytest.Synthesize(file)
	if err != nil {
		return example{}, err
	}
	out := example{plan: p}
	if out.views, err = assemblytest.Views(assembly, "111122223333", "eu-west-1"); err != nil {
		return example{}, err
	}
	out.network, err = reachability.New(reachability.Input{Views: out.views})
	return out, err
}

func eachExample(t *testing.T, test func(t *testing.T, e example)) {
	t.Helper()
	all, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range all {
		t.Run(name, func(t *testing.T) { test(t, e) })
	}
}

var hash = regexp.MustCompile(`[0-9A-F]{8}$`)

// logical is the logical id without stack and the CDK's hash.
func logical(name string) string {
	return hash.ReplaceAllString(name[strings.Index(name, "/")+1:], "")
}

// summary says in a line what is reached, without the way there.
func summary(r reachability.Reach) string {
	name := logical(r.Destination.Name)
	if r.Destination.Service != "" {
		name = r.Destination.Service
	}
	line := fmt.Sprintf("%s %s on %s", r.Destination.Kind, name, r.Protocol)
	if r.Protocol == reachability.TCP || r.Protocol == reachability.UDP {
		line += fmt.Sprintf(" %v", r.Ports)
	}
	if len(r.Answers) != 1 || r.Answers[0] != (reachability.PortRange{First: 0, Last: 65535}) {
		line += fmt.Sprintf(", answers %v", r.Answers)
	}
	return line
}

// summaries are what each subnet of the source reaches. It must be the same for all of them.
func summaries(t *testing.T, n *reachability.Network, source reachability.Interface) []string {
	t.Helper()
	from := map[string][]string{}
	for _, s := range source.Subnets {
		from[s] = nil
	}
	for _, r := range n.Reach(source) {
		from[r.From] = append(from[r.From], summary(r))
	}
	var first []string
	for s, lines := range from {
		slices.Sort(lines)
		from[s] = slices.Compact(lines)
		if first == nil {
			first = from[s]
		}
		if difference := cmp.Diff(first, from[s]); difference != "" {
			t.Errorf("%s reaches something else than other subnets: %s", s, difference)
		}
	}
	return first
}

// parameter is the value of a parameter that the environment publishes.
func parameter(t *testing.T, e example, environment plan.Environment, name string) string {
	t.Helper()
	for _, v := range e.views {
		for _, r := range v.Resources {
			if v.Stack.ID == environment.StackName() && r.Type == "AWS::SSM::Parameter" && r.Properties["Name"] == environment.Prefix()+name {
				return fmt.Sprint(r.Properties["Value"])
			}
		}
	}
	t.Fatalf("%s publishes no %s", environment.StackName(), name)
	return ""
}

// Jobs, Studio and notebooks carry the work group; what they reach is this list, and nothing else.
func TestWorkReachesWhatItNeedsAndNothingElse(t *testing.T) {
	eachExample(t, func(t *testing.T, e example) {
		for _, environment := range e.plan.Environments {
			work, ok := e.network.Group(parameter(t, e, environment, "security-group-id"))
			if !ok {
				t.Fatalf("%s: no work group", environment.StackName())
			}
			if subnets := strings.Split(parameter(t, e, environment, "subnet-ids"), ","); len(subnets) != len(work.Subnets) {
				t.Errorf("%s: %d subnets for jobs, %d judged", environment.StackName(), len(subnets), len(work.Subnets))
			}
			want := []string{
				"VPC resolver EnvironmentVpc on tcp [53]", "VPC resolver EnvironmentVpc on udp [53]",
				"interface EnvironmentWorkGroup on tcp [0-65535]",
				"interface EnvironmentWorkGroup on udp [500]",
				"interface EnvironmentWorkGroup on protocol 50",
				"interface EnvironmentEndpointGroup on tcp [443]",
				"service by gateway endpoint com.amazonaws." + environment.Target.Region + ".s3 on tcp [443]",
			}
			for _, endpoint := range environment.Endpoints {
				want = append(want, "service by interface endpoint "+endpoint.ServiceName+" on tcp [443]")
			}
			if environment.Packages.Kind == config.PackagesIndex {
				want = append(want, indexService(t, e)+" on tcp [443]")
			}
			slices.Sort(want)
			if difference := cmp.Diff(want, summaries(t, e.network, work)); difference != "" {
				t.Errorf("%s, - wanted, + reached: %s", environment.StackName(), difference)
			}
		}
	})
}

// indexService is the endpoint service that the shared services publish.
func indexService(t *testing.T, e example) string {
	t.Helper()
	for _, v := range e.views {
		for _, r := range v.Resources {
			if r.Type == "AWS::SSM::Parameter" && r.Properties["Name"] == "/secureml/shared/index-endpoint-service" {
				return fmt.Sprintf("endpoint service %v", r.Properties["Value"])
			}
		}
	}
	t.Fatal("no shared index")
	return ""
}

// Code knows services by their usual names, so these must lead to the endpoints.
func TestNamesLeadToEndpoints(t *testing.T) {
	eachExample(t, func(t *testing.T, e example) {
		for _, environment := range e.plan.Environments {
			work, _ := e.network.Group(parameter(t, e, environment, "security-group-id"))
			for _, r := range e.network.Reach(work) {
				d := r.Destination
				switch d.Kind {
				case reachability.ServiceEndpoint, reachability.GatewayEndpoint:
					if !d.PrivateDNS {
						t.Errorf("%s: the names of %s do not lead to its endpoint", environment.StackName(), d.Service)
					}
				case reachability.EndpointService:
					if !slices.Equal(d.Aliases, []string{environment.Packages.Host}) {
						t.Errorf("%s: the index is called %v, want %s", environment.StackName(), d.Aliases, environment.Packages.Host)
					}
				}
			}
		}
	})
}

// Whatever carries whatever group stays in its VPC, but for endpoints. No VPC has another way out, or a way in.
func TestNothingLeavesTheVPCs(t *testing.T) {
	eachExample(t, func(t *testing.T, e example) {
		if c := e.network.Connections(); len(c) > 0 {
			t.Errorf("ways out: %v", c)
		}
		if r := e.network.Exposed(); len(r) > 0 {
			t.Errorf("ways in: %v", r)
		}
		if sources := len(e.network.Interfaces()); sources < 10 {
			t.Errorf("only %d sources; the test looks at the wrong thing", sources)
		}
		for _, source := range e.network.Interfaces() {
			stack, _, _ := strings.Cut(source.Name, "/")
			for _, r := range e.network.Reach(source) {
				switch r.Destination.Kind {
				case reachability.Peer, reachability.Resolver, reachability.ServiceEndpoint, reachability.GatewayEndpoint, reachability.EndpointService:
				default:
					t.Errorf("%s: %s", source.Name, r)
				}
				if !strings.HasPrefix(r.Destination.Name, stack+"/") {
					t.Errorf("%s reaches into another stack: %s", source.Name, r)
				}
				if onDNS(r) && r.Destination.Kind != reachability.Resolver && r.Destination.Kind != reachability.Peer {
					t.Errorf("%s asks another DNS server: %s", source.Name, r)
				}
				if strings.HasSuffix(r.Destination.Service, ".s3") && r.Destination.Kind != reachability.GatewayEndpoint {
					t.Errorf("%s reaches Amazon S3 beside the gateway endpoint: %s", source.Name, r)
				}
			}
		}
	})
}

// onDNS tells whether traffic can be a DNS query. Amazon S3 answers none, whatever a group lets through to it.
func onDNS(r reachability.Reach) bool {
	return (r.Protocol == reachability.TCP || r.Protocol == reachability.UDP) && r.Destination.Kind != reachability.GatewayEndpoint &&
		slices.ContainsFunc(r.Ports, func(p reachability.PortRange) bool { return p.First <= 53 && p.Last >= 53 })
}

func TestSharedServicesReachWhatTheyNeedAndNothingElse(t *testing.T) {
	all, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	n := all["comprehensive.yaml"].network
	dns := []string{"VPC resolver ServicesVpc on tcp [53]", "VPC resolver ServicesVpc on udp [53]"}
	server := slices.Concat(dns, []string{
		"interface ServicesEndpointGroup on tcp [443]",
		"service by gateway endpoint com.amazonaws.eu-west-1.s3 on tcp [443]",
		"service by interface endpoint com.amazonaws.eu-west-1.ecr.api on tcp [443]",
		"service by interface endpoint com.amazonaws.eu-west-1.ecr.dkr on tcp [443]",
		"service by interface endpoint com.amazonaws.eu-west-1.logs on tcp [443]",
	})
	balancer := slices.Concat(dns, []string{"interface ServicesServer on tcp [8080]", "interface ServicesServerGroup on tcp [8080]"})
	want := map[string][]string{
		"ServicesServer": server, "ServicesServerGroup": server, "ServicesLoadBalancer": balancer, "ServicesBalancerGroup": balancer,
		"ServicesEndpointGroup": dns, "ServicesLogsEndpoint": dns, "ServicesEcrApiEndpoint": dns, "ServicesEcrDkrEndpoint": dns,
	}
	found := 0
	for _, source := range n.Interfaces() {
		expected, ok := want[logical(source.Name)]
		if !ok {
			continue
		}
		found++
		slices.Sort(expected)
		if difference := cmp.Diff(expected, summaries(t, n, source)); difference != "" {
			t.Errorf("%s, - wanted, + reached: %s", source.Name, difference)
		}
	}
	if found != len(want) {
		t.Errorf("%d of %d sources found", found, len(want))
	}
}
