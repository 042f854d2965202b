package decisions

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/policy/authorization"
)

// Strangers and networks that rows mention.
const (
	strangerAccount = "666666666666"
	strangerARN     = "arn:aws:iam::" + strangerAccount + ":role/stranger"
	internetAddress = "198.51.100.7"
)

// World is two project environments and what surrounds them. Rows are about the first; the second is the other.
type World struct {
	Own, Other inventory.View
	// CorporateAddress is an address of the configured corporate network.
	CorporateAddress string
	// SharedAccount owns the shared services.
	SharedAccount string
	// placeholders of the own and of the other environment.
	own, other map[string]string
}

// NewWorld makes a world of two environments.
func NewWorld(own, other inventory.View, corporateAddress, sharedAccount string) World {
	return World{
		Own: own, Other: other, CorporateAddress: corporateAddress, SharedAccount: sharedAccount, own: values(own), other: values(other),
	}
}

// placeholder is a name in braces, of the own environment, or of the other's with a prefix.
var placeholder = regexp.MustCompile(`\{(other:)?([a-z0-9-]+)\}`)

// values are the placeholders of one environment: its parameters by their last part, and some names.
func values(v inventory.View) map[string]string {
	out := map[string]string{"account": v.Account, "region": v.Region, "stranger": strangerAccount}
	for _, r := range v.Resources {
		if r.Type != "AWS::SSM::Parameter" {
			continue
		}
		name := fmt.Sprint(r.Properties["Name"])
		parts := strings.Split(strings.Trim(name, "/"), "/")
		out[parts[len(parts)-1]] = fmt.Sprint(r.Properties["Value"])
		out["project"], out["environment"] = parts[1], parts[2]
	}
	for i, subnet := range strings.Split(out["subnet-ids"], ",") {
		out[fmt.Sprintf("subnet-%d", i+1)] = subnet
	}
	return out
}

// fill replaces the placeholders of the text.
func (w World) fill(text string) (string, error) {
	var missing []string
	filled := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		parts := placeholder.FindStringSubmatch(match)
		from := w.own
		if parts[1] != "" {
			from = w.other
		}
		value, ok := from[parts[2]]
		if !ok {
			missing = append(missing, match)
		}
		return value
	})
	if missing != nil {
		return "", fmt.Errorf("nothing is called %s", strings.Join(missing, ", "))
	}
	return filled, nil
}

// Define gives the simulator every document of the world.
func (w World) Define(s *Simulator) error {
	all := `{"Version":"2012-10-17","Statement":[{"Sid":"Everything","Effect":"Allow","Action":"*","Resource":"*"}]}`
	if err := s.Define("stranger", []inventory.Document{{Name: "everything", JSON: []byte(all)}}); err != nil {
		return err
	}
	// A stranger opens what is theirs to everybody; only our own policies can then stop a request.
	open := strings.Replace(all, `"Effect":"Allow"`, `"Effect":"Allow","Principal":"*"`, 1)
	if err := s.Define("open", []inventory.Document{{Name: "open to everybody", JSON: []byte(open)}}); err != nil {
		return err
	}
	for _, v := range []inventory.View{w.Own, w.Other} {
		for name, d := range documents(v) {
			if err := s.Define(name, []inventory.Document{d}); err != nil {
				return err
			}
		}
	}
	return nil
}

// documents are the policies of the view, each under a name of its own.
func documents(v inventory.View) map[string]inventory.Document {
	out := map[string]inventory.Document{}
	for _, p := range v.Principals {
		for _, d := range append(slices.Clone(p.Identity), p.Boundary...) {
			out[setName(v, d)] = d
		}
	}
	for _, e := range v.Endpoints {
		out[setName(v, e.Policy)] = e.Policy
	}
	for _, g := range v.Guarded {
		out[setName(v, g.Policy)] = g.Policy
	}
	return out
}

func setName(v inventory.View, d inventory.Document) string { return v.Stack.ID + "/" + d.Name }

func setNames(v inventory.View, documents []inventory.Document) []string {
	names := make([]string, len(documents))
	for i, d := range documents {
		names[i] = setName(v, d)
	}
	return names
}

// Query makes the query of a row for one of its personas.
func (w World) Query(r Row, who string) (Query, error) {
	resource, err := w.fill(r.Resource)
	if err != nil {
		return Query{}, err
	}
	q := Query{Action: r.Action, Resource: resource, ResourceAccount: w.owner(r.Owner), Context: map[string][]string{}}
	if err := w.setPrincipal(&q, who); err != nil {
		return Query{}, err
	}
	w.setGlobals(&q, r)
	if err := w.setWay(&q, r.Via); err != nil {
		return Query{}, err
	}
	for _, key := range slices.Sorted(maps.Keys(r.Context)) {
		q.Context[key] = []string{}
		for _, value := range r.Context[key] {
			filled, err := w.fill(value)
			if err != nil {
				return Query{}, err
			}
			q.Context[key] = append(q.Context[key], filled)
		}
	}
	if policy, ok := w.guard(resource); ok {
		q.ResourcePolicy = policy
	} else if r.Owner == "stranger" {
		q.ResourcePolicy = "open"
	}
	return q, nil
}

func (w World) owner(name string) string {
	switch name {
	case "stranger":
		return strangerAccount
	case "shared":
		return w.SharedAccount
	}
	return w.Own.Account
}

func (w World) setPrincipal(q *Query, who string) error {
	if who == "stranger" {
		q.Principal, q.Identity = strangerARN, []string{"stranger"}
		q.Context["aws:PrincipalArn"], q.Context["aws:PrincipalAccount"] = []string{strangerARN}, []string{strangerAccount}
		return nil
	}
	i := slices.IndexFunc(w.Own.Principals, func(p inventory.Principal) bool { return p.Persona == who })
	if i < 0 {
		return fmt.Errorf("no role is for %s", who)
	}
	p := w.Own.Principals[i]
	q.Principal, q.Identity, q.Boundary = p.ARN, setNames(w.Own, p.Identity), setNames(w.Own, p.Boundary)
	q.Context["aws:PrincipalArn"], q.Context["aws:PrincipalAccount"] = []string{p.ARN}, []string{w.Own.Account}
	q.Context["aws:SourceIdentity"] = []string{"alice@example.com"}
	return nil
}

// setGlobals adds what every request carries.
func (w World) setGlobals(q *Query, r Row) {
	q.Context["aws:ResourceAccount"] = []string{q.ResourceAccount}
	q.Context["aws:RequestedRegion"] = []string{w.Own.Region}
	q.Context["aws:SecureTransport"] = []string{"true"}
	q.Context["aws:ViaAWSService"] = []string{fmt.Sprint(r.Via == "service")}
	q.Context["aws:PrincipalIsAWSService"] = []string{"false"}
	if strings.HasPrefix(r.Action, "s3:") {
		q.Context["s3:TlsVersion"] = []string{"1.3"}
	}
	whose := map[string]map[string]string{"own": w.own, "other": w.other}
	if names, ok := whose[r.Tagged]; ok {
		q.Context["aws:ResourceTag/Project"], q.Context["aws:ResourceTag/Environment"] = []string{names["project"]}, []string{names["environment"]}
	}
}

// setWay adds what the network shows of the request.
func (w World) setWay(q *Query, via string) error {
	switch via {
	case "internet":
		q.Context["aws:SourceIp"] = []string{internetAddress}
	case "corporate":
		q.Context["aws:SourceIp"] = []string{w.CorporateAddress}
	case "endpoint":
		endpoint, ok := w.endpoint(q.Action)
		if !ok {
			return fmt.Errorf("no endpoint carries %s; use another way", q.Action)
		}
		q.Endpoint = []string{setName(w.Own, endpoint.Policy)}
		q.Context["aws:SourceVpc"], q.Context["aws:SourceVpce"] = []string{w.own["vpc-id"]}, []string{endpoint.ID}
	}
	return nil
}

// endpointOf is the service whose endpoint carries the actions of a prefix, and exceptions.
var endpointOf = map[string]string{
	"cloudwatch": "monitoring", "codeartifact": "codeartifact.api", "codecommit": "codecommit", "ecr": "ecr.api", "kms": "kms", "logs": "logs",
	"s3": "s3", "sagemaker": "sagemaker.api", "servicecatalog": "servicecatalog", "ssm": "ssm", "sts": "sts",
	"codecommit:GitPull": "git-codecommit", "codecommit:GitPush": "git-codecommit",
	"codeartifact:ReadFromRepository": "codeartifact.repositories",
	"sagemaker:InvokeEndpoint":        "sagemaker.runtime", "sagemaker:InvokeEndpointAsync": "sagemaker.runtime",
	"sagemaker:InvokeEndpointWithResponseStream": "sagemaker.runtime",
	"sagemaker:GetRecord":                        "sagemaker.featurestore-runtime", "sagemaker:PutRecord": "sagemaker.featurestore-runtime",
	"sagemaker:BatchGetRecord": "sagemaker.featurestore-runtime", "sagemaker:DeleteRecord": "sagemaker.featurestore-runtime",
}

func (w World) endpoint(action string) (inventory.Endpoint, bool) {
	prefix, _, _ := strings.Cut(action, ":")
	service, ok := endpointOf[action]
	if !ok {
		service, ok = endpointOf[prefix]
	}
	if !ok {
		return inventory.Endpoint{}, false
	}
	i := slices.IndexFunc(w.Own.Endpoints, func(e inventory.Endpoint) bool {
		return strings.HasSuffix(e.ServiceName, "."+w.Own.Region+"."+service)
	})
	if i < 0 {
		return inventory.Endpoint{}, false
	}
	return w.Own.Endpoints[i], true
}

// guard finds the resource's own policy: that of the bucket for an object.
func (w World) guard(resource string) (string, bool) {
	for _, v := range []inventory.View{w.Own, w.Other} {
		for _, g := range v.Guarded {
			if g.Policy.JSON != nil && (resource == g.ARN || strings.HasPrefix(resource, g.ARN+"/")) {
				return setName(v, g.Policy), true
			}
		}
	}
	return "", false
}

// Known tells whether the authorization reference knows the action; a row about another proves nothing.
func Known(action string) bool {
	_, ok := authorization.LookupAction(action)
	return ok
}
