// Package plan turns a valid configuration into what is to be built: stacks, names, subnets, endpoints, tags and
// limits, all as plain Go values. Constructs render a plan and decide nothing themselves.
//
// Environment and SharedServices are also the inputs of the constructs for those who use them in a CDK app of their
// own, without the configuration file.
package plan
