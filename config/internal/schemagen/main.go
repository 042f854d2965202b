// Command schemagen writes config/schema.json, the JSON Schema of the configuration file, from the types of package
// config, their doc comments and the dated facts of package facts. Run it with: go generate ./config
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/facts"
)

// Where the command runs: its own folder, from which the doc comments are read and the schema is written.
const (
	thisPackage = "github.com/secureml/environments/config/internal/schemagen"
	configDir   = "../.."
	schemaFile  = configDir + "/schema.json"
)

func main() {
	schema, err := generate()
	if err == nil {
		err = os.WriteFile(schemaFile, schema, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schemagen:", err)
		os.Exit(1)
	}
}

// generate returns the schema as indented JSON.
func generate() ([]byte, error) {
	reflector := jsonschema.Reflector{
		Anonymous:                  true,
		ExpandedStruct:             true,
		FieldNameTag:               "yaml",
		RequiredFromJSONSchemaTags: true,
		Mapper:                     mapType,
	}
	if err := reflector.AddGoComments(thisPackage, configDir, jsonschema.WithFullComment()); err != nil {
		return nil, fmt.Errorf("reading the doc comments: %w", err)
	}
	for name, comment := range reflector.CommentMap {
		reflector.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	schema := reflector.Reflect(&config.Organization{})
	schema.Title = "Secure ML environments"
	addFacts(schema)
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

// mapType gives the types with a written form of their own.
func mapType(t reflect.Type) *jsonschema.Schema {
	if t == reflect.TypeFor[config.Duration]() {
		return &jsonschema.Schema{Type: "string", MinLength: new(uint64(2)), Pattern: "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$"}
	}
	return nil
}

// addFacts adds the values that tags can't say: what AWS offers, and the personas.
func addFacts(schema *jsonschema.Schema) {
	property := func(definition, name string) *jsonschema.Schema {
		owner := schema
		if definition != "" {
			owner = schema.Definitions[definition]
		}
		p, ok := owner.Properties.Get(name)
		if !ok {
			panic("schemagen: no property " + definition + "." + name)
		}
		return p
	}
	regions := values(facts.Regions())
	property("", "region").Enum = regions
	property("Environment", "region").Enum = regions
	for _, definition := range []string{"SharedServices", "Settings", "Environment"} {
		property(definition, "logRetentionDays").Enum = values(facts.LogRetentionDays())
	}
	property("Compute", "training").Items.Enum = values(facts.InstanceTypes(facts.Training))
	property("Compute", "processing").Items.Enum = values(facts.InstanceTypes(facts.Processing))
	property("Compute", "hosting").Items.Enum = values(facts.InstanceTypes(facts.Hosting))
	property("Compute", "workbench").Items.AnyOf = []*jsonschema.Schema{
		{Enum: values(facts.InstanceTypes(facts.Studio))},
		{Enum: values(facts.InstanceTypes(facts.Notebook))},
	}
	sets := property("IdentityCenter", "permissionSets")
	sets.Required = config.Personas()
	sets.PropertyNames = &jsonschema.Schema{Enum: values(config.Personas())}
	for _, byRegion := range []*jsonschema.Schema{
		property("", "s3PrefixLists"), property("Packages", "certificateArns"), property("Packages", "endpointServiceNames"),
	} {
		byRegion.PropertyNames = &jsonschema.Schema{Enum: regions}
	}
	property("", "s3PrefixLists").AdditionalProperties.Pattern = "^pl-([0-9a-f]{8}|[0-9a-f]{17})$"
}

func values[T any](typed []T) []any {
	untyped := make([]any, len(typed))
	for i, v := range typed {
		untyped[i] = v
	}
	return untyped
}
