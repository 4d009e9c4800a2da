// Manifests become Argo's own word on them: its lint, offline and strict, as a program for the tests.
//
//	argo lint --offline --no-color --output simple FILE...   what Argo's own command of that name does and prints
//	argo verdicts PATH...                                    JSON: each file, or folder of files, on its own
//
// Argo's whole command line does not build as a module, since it embeds a web UI that the module lacks.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/argoproj/argo-workflows/v4/cmd/argo/lint"
	"github.com/argoproj/argo-workflows/v4/pkg/apiclient"
	"github.com/argoproj/argo-workflows/v4/pkg/apis/workflow"
	"github.com/argoproj/argo-workflows/v4/util/logging"
)

var (
	errUsage        = errors.New("usage: argo lint --offline [--no-color] [--output FORMAT] FILE... | argo verdicts PATH...")
	errNothingFound = errors.New("found nothing to lint")
)

// verdict is what Argo says of a file, or of a path that it could not read.
type verdict struct {
	File   string   `json:"file"`
	OK     bool     `json:"ok"`
	Errors []string `json:"errors"`
}

func main() {
	ctx := logging.WithLogger(context.Background(), logging.NewSlogLogger(logging.Error, logging.Text))
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	if len(arguments) < 2 {
		return errUsage
	}
	switch arguments[0] {
	case "lint":
		return lintAsArgoDoes(ctx, arguments[1:])
	case "verdicts":
		return writeVerdicts(ctx, os.Stdout, arguments[1:])
	}
	return errUsage
}

// lintAsArgoDoes prints findings with Argo's own formatter, and ends the process with 1 where there are any.
func lintAsArgoDoes(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("argo lint", flag.ContinueOnError)
	offline := flags.Bool("offline", false, "take what is referred to from the given files")
	flags.Bool("no-color", false, "there are no colours here")
	output := flags.String("output", "pretty", "how findings are written: pretty or simple")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if !*offline {
		return errUsage
	}
	ctx, client, err := offlineClient(ctx, flags.Args())
	if err != nil {
		return err
	}
	kinds := []string{
		workflow.WorkflowPlural,
		workflow.WorkflowTemplatePlural,
		workflow.CronWorkflowPlural,
		workflow.ClusterWorkflowTemplatePlural,
	}
	options := lint.LintOptions{Files: flags.Args(), Strict: true, Printer: os.Stdout}
	return lint.RunLint(ctx, client, kinds, *output, true, options)
}

func writeVerdicts(ctx context.Context, out io.Writer, paths []string) error {
	verdicts := []verdict{}
	for _, path := range paths {
		verdicts = append(verdicts, verdictsOn(ctx, path)...)
	}
	return json.NewEncoder(out).Encode(map[string][]verdict{"results": verdicts})
}

// verdictsOn has the files of one path know each other, and no other.
func verdictsOn(ctx context.Context, path string) []verdict {
	results, err := lintOffline(ctx, path)
	if err == nil && len(results) == 0 {
		err = errNothingFound
	}
	if err != nil {
		return []verdict{newVerdict(path, []error{err})}
	}
	verdicts := []verdict{}
	for _, result := range results {
		if !result.Linted {
			result.Errs = append(result.Errs, errNothingFound)
		}
		verdicts = append(verdicts, newVerdict(result.File, result.Errs))
	}
	return verdicts
}

func newVerdict(file string, faults []error) verdict {
	texts := []string{}
	for _, fault := range faults {
		texts = append(texts, fault.Error())
	}
	return verdict{File: file, OK: len(texts) == 0, Errors: texts}
}

func lintOffline(ctx context.Context, path string) ([]*lint.LintResult, error) {
	ctx, client, err := offlineClient(ctx, []string{path})
	if err != nil {
		return nil, err
	}
	services, err := servicesOf(ctx, client)
	if err != nil {
		return nil, err
	}
	results, err := lint.Lint(ctx, &lint.LintOptions{Files: []string{path}, Strict: true, ServiceClients: services})
	if err != nil {
		return nil, err
	}
	return results.Results, nil
}

func offlineClient(ctx context.Context, paths []string) (context.Context, apiclient.Client, error) {
	return apiclient.NewClientFromOptsWithContext(ctx, apiclient.Opts{Offline: true, OfflineFiles: paths})
}

func servicesOf(ctx context.Context, client apiclient.Client) (lint.ServiceClients, error) {
	templates, noTemplates := client.NewWorkflowTemplateServiceClient()
	crons, noCrons := client.NewCronWorkflowServiceClient()
	clusterTemplates, noClusterTemplates := client.NewClusterWorkflowTemplateServiceClient()
	return lint.ServiceClients{
		WorkflowsClient:               client.NewWorkflowServiceClient(ctx),
		WorkflowTemplatesClient:       templates,
		CronWorkflowsClient:           crons,
		ClusterWorkflowTemplateClient: clusterTemplates,
	}, errors.Join(noTemplates, noCrons, noClusterTemplates)
}
