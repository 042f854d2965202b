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
	internetAddress = "198.51.100.7"
)

// World is two project environments, the services that they share, and what surrounds them. Rows are about the first;
// the second is the other.
type World struct {
	Own, Other, Shared inventory.View
	Surroundings
	// OrganizationID is empty for an account outside an organisation. Organization are service control policies attached to
	// the account, ResourceControl resource control policies.
	OrganizationID                string
	Organization, ResourceControl []inventory.Document
	// placeholders of the own and of the other environment.
	own, other map[string]string
}

// Surroundings are what the environments' templates do not hold.
type Surroundings struct {
	// CorporateAddress is an address of the configured corporate network.
	CorporateAddress string
	// ImageRegistry is an account whose registry AWS runs for SageMaker's images in the region.
	ImageRegistry string
}

// NewWorld makes a world of two environments and the services that they share.
func NewWorld(own, other, shared inventory.View, around Surroundings) World {
	w := World{Own: own, Other: other, Shared: shared, Surroundings: around, own: values(own), other: values(other)}
	w.own["image-registry"] = around.ImageRegistry
	for _, g := range shared.Guarded {
		if g.Type == "AWS::KMS::Key" {
			w.own["shared-key-arn"] = g.ARN
		}
	}
	return w
}

func (w World) views() []inventory.View { return []inventory.View{w.Own, w.Other, w.Shared} }

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
	for _, g := range v.Guarded {
		// No parameter names the bucket of the access logs, because nobody looks it up.
		if name, isBucket := strings.CutPrefix(g.ARN, "arn:"+v.Partition+":s3:::"); isBucket && name != out["data-bucket"] && name != out["model-bucket"] {
			out["access-log-bucket"] = name
		}
	}
	setSubnets(out)
	return out
}

func setSubnets(values map[string]string) {
	for i, subnet := range strings.Split(values["subnet-ids"], ",") {
		values[fmt.Sprintf("subnet-%d", i+1)] = subnet
	}
}

// Deployed is the world whose own environment is deployed with the parameters, by the last part of their names. Requests
// then name the ids that AWS chose; the documents still name those of the templates, so only AWS can decide them as they are.
func (w World) Deployed(parameters map[string]string) World {
	w.own = maps.Clone(w.own)
	maps.Copy(w.own, parameters)
	setSubnets(w.own)
	return w
}

// Parameters are the parameters of the project's environment by the last part of their names.
func (w World) Parameters(project string) map[string]string {
	if project == w.other["project"] {
		return w.other
	}
	return w.own
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

// Sets of documents that belong to no environment.
const (
	allRights = "all rights"
	openToAll = "open to everybody"
	// fullAccess is what an organisation attaches beside every service control policy. The simulator adds the one for
	// resource control policies itself.
	fullAccess = "FullAWSAccess"
)

// Define gives the simulator every document of the world.
func (w World) Define(s *Simulator) error {
	all := `{"Version":"2012-10-17","Statement":[{"Sid":"Everything","Effect":"Allow","Action":"*","Resource":"*"}]}`
	// A stranger opens what is theirs to everybody; only our own policies can then stop a request.
	open := strings.Replace(all, `"Effect":"Allow"`, `"Effect":"Allow","Principal":"*"`, 1)
	sets := map[string][]inventory.Document{
		allRights: {{Name: allRights, JSON: []byte(all)}}, openToAll: {{Name: openToAll, JSON: []byte(open)}},
	}
	for _, d := range append(slices.Clone(w.Organization), w.ResourceControl...) {
		sets[d.Name] = []inventory.Document{d}
	}
	sets[fullAccess] = []inventory.Document{{Name: fullAccess, JSON: []byte(all)}}
	for _, v := range w.views() {
		for name, d := range documents(v) {
			sets[name] = []inventory.Document{d}
		}
	}
	for name, documents := range sets {
		if err := s.Define(name, documents); err != nil {
			return err
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
		out[setName(v, p.Trust)] = p.Trust
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

// request is one of the requests of a row. Endpoint is the service whose endpoint carries it, empty for the usual one.
type request struct{ action, resource, endpoint string }

// query makes the query of a row for one of its personas and requests.
func (w World) query(r Row, who string, asked request) (Query, error) {
	resource, err := w.fill(strings.ReplaceAll(asked.resource, "{kind}", kindOf(asked.action)))
	if err != nil {
		return Query{}, err
	}
	q := Query{Action: asked.action, Resource: resource, ResourceAccount: w.owner(r.Owner), Context: map[string][]string{}}
	if err := w.setPrincipal(&q, r, who); err != nil {
		return Query{}, err
	}
	w.setGlobals(&q, r)
	if err := w.setWay(&q, r.Via, asked.endpoint); err != nil {
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
	if source := q.Context["aws:SourceAccount"]; w.OrganizationID != "" && len(source) == 1 {
		q.Context["aws:SourceOrgID"] = []string{w.organizationOf(source[0])}
	}
	for _, key := range r.Without {
		if _, ok := q.Context[key]; !ok {
			return Query{}, fmt.Errorf("without: %s is not there to be taken away", key)
		}
		delete(q.Context, key)
	}
	if policy, ok := w.guard(q.service(), resource); ok {
		q.ResourcePolicy = policy
	}
	if r.Owner != "own" && r.Owner != "shared" {
		q.ResourcePolicy = openToAll
	}
	return q, nil
}

// kindOf is the kind of resource that the action is about as it stands in ARNs, such as training-job.
func kindOf(action string) string {
	a, _ := authorization.LookupAction(action)
	_, resource, _ := strings.Cut(a.ARN(func(variable string) string { return "{" + variable + "}" }), "{Account}:")
	kind, _, _ := strings.Cut(resource, "/")
	return kind
}

func (w World) owner(name string) string {
	switch name {
	case "stranger":
		return strangerAccount
	case "shared":
		return w.Shared.Account
	case "aws":
		return w.ImageRegistry
	}
	return w.Own.Account
}

func (w World) setPrincipal(q *Query, r Row, who string) error {
	if named, ok := r.principals[who]; ok {
		filled, err := w.fill(named)
		if err != nil {
			return err
		}
		setNamed(q, filled)
		w.control(q)
		return nil
	}
	i := slices.IndexFunc(w.Own.Principals, func(p inventory.Principal) bool { return p.Persona == who })
	if i < 0 {
		return fmt.Errorf("no role is for %s, and no family names such a principal", who)
	}
	p := w.Own.Principals[i]
	q.Principal, q.Identity, q.Boundary = p.ARN, setNames(w.Own, p.Identity), setNames(w.Own, p.Boundary)
	q.Context["aws:PrincipalArn"], q.Context["aws:PrincipalAccount"] = []string{p.ARN}, []string{w.Own.Account}
	q.Context["aws:PrincipalIsAWSService"] = []string{"false"}
	q.Context["aws:SourceIdentity"] = []string{"alice@example.com"}
	w.control(q)
	return nil
}

// setNamed makes the principal a role or user with all rights in its account, or an AWS service, which has no ARN.
func setNamed(q *Query, principal string) {
	q.Principal = principal
	parts := strings.SplitN(principal, ":", 6)
	if len(parts) < 6 {
		q.Context["aws:PrincipalIsAWSService"], q.Context["aws:PrincipalServiceName"] = []string{"true"}, []string{principal}
		return
	}
	q.Identity = []string{allRights}
	q.Context["aws:PrincipalArn"], q.Context["aws:PrincipalAccount"] = []string{principal}, []string{parts[4]}
	q.Context["aws:PrincipalIsAWSService"] = []string{"false"}
}

// control adds what the organisation says about principals and resources of its account. It says nothing about service-linked
// roles and service principals, nor about the resources of others.
func (w World) control(q *Query) {
	account := q.Context["aws:PrincipalAccount"]
	linked := strings.Contains(q.Principal, ":role/aws-service-role/")
	if w.OrganizationID == "" {
		return
	}
	if len(account) == 1 {
		q.Context["aws:PrincipalOrgID"] = []string{w.organizationOf(account[0])}
	}
	if len(account) == 1 && account[0] == w.Own.Account && !linked {
		q.Organization = append([]string{fullAccess}, names(w.Organization)...)
	}
	if q.ResourceAccount == w.Own.Account && !linked {
		q.ResourceControl = names(w.ResourceControl)
	}
}

func names(documents []inventory.Document) []string {
	out := make([]string, len(documents))
	for i, d := range documents {
		out[i] = d.Name
	}
	return out
}

// organizationOf is the id of the organisation that the account is in: ours, but for strangers and AWS.
func (w World) organizationOf(account string) string {
	if account == strangerAccount || account == w.ImageRegistry {
		return "o-" + account
	}
	return w.OrganizationID
}

// setGlobals adds what every request carries.
func (w World) setGlobals(q *Query, r Row) {
	q.Context["aws:ResourceAccount"] = []string{q.ResourceAccount}
	q.Context["aws:RequestedRegion"] = []string{w.Own.Region}
	q.Context["aws:SecureTransport"] = []string{"true"}
	q.Context["aws:ViaAWSService"] = []string{fmt.Sprint(r.Via == "service")}
	if q.service() == "s3" {
		q.Context["s3:TlsVersion"] = []string{"1.3"}
	}
	project, environment := w.own["project"], w.own["environment"]
	switch r.Tagged {
	case "none":
		return
	case "other":
		project, environment = w.other["project"], w.other["environment"]
	case "sibling":
		environment = "another-" + environment
	}
	q.Context["aws:ResourceTag/Project"], q.Context["aws:ResourceTag/Environment"] = []string{project}, []string{environment}
}

// setWay adds what the network shows of the request.
func (w World) setWay(q *Query, via, through string) error {
	switch via {
	case "internet":
		q.Context["aws:SourceIp"] = []string{internetAddress}
	case "corporate":
		q.Context["aws:SourceIp"] = []string{w.CorporateAddress}
	case "endpoint":
		endpoint, ok := w.endpoint(q.Action, through)
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

// endpoint finds the endpoint of a service, or the usual one of the action where none is named.
func (w World) endpoint(action, service string) (inventory.Endpoint, bool) {
	if service == "" {
		prefix, _, _ := strings.Cut(action, ":")
		service = endpointOf[prefix]
		if exception, ok := endpointOf[action]; ok {
			service = exception
		}
	}
	i := slices.IndexFunc(w.Own.Endpoints, func(e inventory.Endpoint) bool {
		return service != "" && strings.HasSuffix(e.ServiceName, "."+w.Own.Region+"."+service)
	})
	if i < 0 {
		return inventory.Endpoint{}, false
	}
	return w.Own.Endpoints[i], true
}

// guard finds the resource's own policy: that of the bucket for an object, and for a role that is assumed its trust policy.
func (w World) guard(service, resource string) (string, bool) {
	for _, v := range w.views() {
		for _, g := range v.Guarded {
			if g.Policy.JSON != nil && (resource == g.ARN || strings.HasPrefix(resource, g.ARN+"/") || strings.HasPrefix(resource, packagesOf(g))) {
				return setName(v, g.Policy), true
			}
		}
		for _, p := range v.Principals {
			if service == "sts" && resource == p.ARN {
				return setName(v, p.Trust), true
			}
		}
	}
	return "", false
}

// packagesOf is how the ARNs of packages begin that a CodeArtifact repository's policy is about.
func packagesOf(g inventory.Guarded) string {
	if g.Type != "AWS::CodeArtifact::Repository" {
		return "no package"
	}
	return strings.Replace(g.ARN, ":repository/", ":package/", 1) + "/"
}

// Known tells whether the authorization reference knows the action; a row about another proves nothing.
func Known(action string) bool {
	_, ok := authorization.LookupAction(action)
	return ok
}
