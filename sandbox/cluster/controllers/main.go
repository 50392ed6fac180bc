// Command controllers runs those of Kubernetes' own controllers that the sandbox needs, wired as
// kube-controller-manager wires them. The stock program knows forty more, and volumes and clouds for
// them: most of what it compiles is never run here. It takes the stock program's flags, as far as the
// sandbox sets them, so that either may stand for the other.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// The stock program's defaults for what its clients may ask in a second.
const (
	queriesPerSecond = 20
	burst            = 30
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	defer klog.Flush()
	kubeconfig, names, err := parse(arguments)
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = queriesPerSecond, burst
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	return control(ctx, config, names)
}

// parse reads the stock program's flags and refuses what this one cannot do.
func parse(arguments []string) (kubeconfig string, names []string, err error) {
	flags := flag.NewFlagSet("controllers", flag.ContinueOnError)
	flags.StringVar(&kubeconfig, "kubeconfig", "", "how to reach the API server")
	listed := flags.String("controllers", "", "which controllers to run, comma-separated")
	elect := flags.Bool("leader-elect", true, "must be false: there is one")
	port := flags.Int("secure-port", 0, "must be 0: nothing is served")
	if err := flags.Parse(arguments); err != nil {
		return "", nil, err
	}
	if kubeconfig == "" || *elect || *port != 0 {
		return "", nil, errors.New("needs --kubeconfig, --leader-elect=false and --secure-port=0")
	}
	names = strings.Split(*listed, ",")
	for _, name := range names {
		if constructors[name] == nil {
			return "", nil, fmt.Errorf("no controller %q is built in", name)
		}
	}
	return kubeconfig, names, nil
}

// named is the config of one controller's own client, so that the API server's log tells who asked.
func named(config *rest.Config, name string) *rest.Config {
	return rest.AddUserAgent(rest.CopyConfig(config), name)
}
